/// The browsers that the screen knows, by cookie.
protocol BrowserSessions: Sendable {
    /// The key of the form tokens.
    var key: SessionKey { get }

    /// Begins a session. Returns its cookie.
    func begin() -> String

    /// Whether a cookie belongs to a session.
    func contains(_ cookie: String) -> Bool
}

extension BrowserSessions {
    /// The token that every form of a session must contain.
    func formToken(for cookie: String) -> String {
        key.code(for: .form, of: cookie)
    }
}

/// The cookie of a session.
enum SessionCookie {
    /// A browser accepts `__Host-` only for this host and the path `/`.
    static let name = "__Host-keyward"

    /// The value of a Set-Cookie field (RFC 6265).
    static func field(_ value: String) -> String {
        "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Strict"
    }
}
