internal import Synchronization

/// The links that open the screen. A new one replaces the one before it.
package final class LoginLinks: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// How long a link can be used.
    package static let lifetime = Duration.seconds(60)

    private struct Link: Sendable {
        var token: String
        var end: Instant
    }

    private let random: RandomTokens
    private let current = Mutex<Link?>(nil)

    init(_ random: RandomTokens) {
        self.random = random
    }

    /// Makes the token of a new link.
    package func make(at now: Instant) -> String {
        let token = random.token()
        current.withLock { $0 = Link(token: token, end: now + Self.lifetime) }
        return token
    }

    /// Whether a token can be spent. It is not spent.
    func accepts(_ token: String, at now: Instant) -> Bool {
        current.withLock { Self.isValid($0, token, now) }
    }

    /// Spends a token. Returns whether it was valid; it is valid once.
    func spend(_ token: String, at now: Instant) -> Bool {
        current.withLock { link in
            guard Self.isValid(link, token, now) else { return false }
            link = nil
            return true
        }
    }

    private static func isValid(_ link: Link?, _ token: String, _ now: Instant) -> Bool {
        guard let link, now < link.end else { return false }
        return link.token.equalsInConstantTime(token)
    }
}
