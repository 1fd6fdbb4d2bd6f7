/// The browsers that a proxy lets through. Each cookie carries its own proof, so sessions outlive the process.
///
/// A cookie says nothing about the person, whom the proxy has authenticated. It ties forms to a browser.
struct SignedSessions: BrowserSessions {
    let key: SessionKey
    let random: RandomTokens

    /// Random digits and their code: `DIGITS.CODE`.
    func begin() -> String {
        let value = random.token()
        return "\(value).\(key.code(for: .cookie, of: value))"
    }

    func contains(_ cookie: String) -> Bool {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        return key.code(for: .cookie, of: String(parts[0])).equalsInConstantTime(String(parts[1]))
    }
}
