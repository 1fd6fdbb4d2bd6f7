internal import CNettle
internal import Synchronization

/// The browsers that opened the screen, by cookie.
package final class Sessions: Sendable {
    /// The name of the cookie. A browser accepts `__Host-` only for this host and the path `/`.
    static let cookieName = "__Host-keyward"
    /// The most browsers at a time; another one ends the oldest session.
    private static let most = 8

    private let random: RandomTokens
    private let cookies = Mutex<[String]>([])
    /// The key of the form tokens, which end with this process.
    private let key: [UInt8]

    init(_ random: RandomTokens) {
        self.random = random
        key = Array((random.token() + random.token()).utf8)
    }

    /// Begins a session. Returns its cookie.
    func begin() -> String {
        let cookie = random.token()
        cookies.withLock { cookies in
            if cookies.count >= Self.most { cookies.removeFirst() }
            cookies.append(cookie)
        }
        return cookie
    }

    /// Whether a cookie belongs to a session.
    func contains(_ cookie: String) -> Bool {
        // Compares all of them, so that the time does not depend on the cookie.
        cookies.withLock { $0.map { $0.equalsInConstantTime(cookie) } }.contains(true)
    }

    /// The token that every form of a session must contain: HMAC-SHA-256 of the cookie.
    func formToken(for cookie: String) -> String {
        let message = Array(cookie.utf8)
        var state = hmac_sha256_ctx()
        nettle_hmac_sha256_set_key(&state, key.count, key)
        nettle_hmac_sha256_update(&state, message.count, message)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_hmac_sha256_digest(&state, digest.count, &digest)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
