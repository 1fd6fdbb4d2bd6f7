import Synchronization

/// A clock of nanoseconds that advances with each reading, so that it divides reads into many parts.
package final class SteppingClock: Sendable {
    private let time = Atomic<Int64>(0)

    package init() {}

    /// 20 microseconds later each time.
    package func now() -> Int64 { time.add(20_000, ordering: .relaxed).newValue }
}
