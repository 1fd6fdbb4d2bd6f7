import Synchronization

/// A clock of nanoseconds that goes on with each look, so that reads by it are cut into many parts.
package final class SteppingClock: Sendable {
    private let time = Atomic<Int64>(0)

    package init() {}

    /// Later by 20 microseconds each time.
    package func now() -> Int64 { time.add(20_000, ordering: .relaxed).newValue }
}
