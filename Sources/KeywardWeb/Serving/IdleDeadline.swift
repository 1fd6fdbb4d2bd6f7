internal import Synchronization

/// When the screen ends for lack of use. The polls of an open page are no use.
package final class IdleDeadline: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let limit: Duration
    private let end: Mutex<Instant>

    package init(limit: Duration, from now: Instant) {
        self.limit = limit
        end = Mutex(now + limit)
    }

    /// Somebody uses the screen.
    func extend(at now: Instant) {
        end.withLock { $0 = now + limit }
    }

    /// The time until the end; `nil` if it has come.
    package func rest(at now: Instant) -> Duration? {
        let rest = now.duration(to: end.withLock { $0 })
        return rest > .zero ? rest : nil
    }
}
