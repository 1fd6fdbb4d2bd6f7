internal import Synchronization

/// The browsers that opened a link, in memory.
package final class Sessions: BrowserSessions {
    /// The most browsers at a time; another one ends the oldest session.
    private static let most = 8

    private let random: RandomTokens
    private let cookies = Mutex<[String]>([])
    /// The tokens end with this process.
    let key: SessionKey

    init(_ random: RandomTokens) {
        self.random = random
        key = SessionKey(random)
    }

    func begin() -> String {
        let cookie = random.token()
        cookies.withLock { cookies in
            if cookies.count >= Self.most { cookies.removeFirst() }
            cookies.append(cookie)
        }
        return cookie
    }

    func contains(_ cookie: String) -> Bool {
        // Compares all of them, so that the time does not depend on the cookie.
        cookies.withLock { $0.map { $0.equalsInConstantTime(cookie) } }.contains(true)
    }
}
