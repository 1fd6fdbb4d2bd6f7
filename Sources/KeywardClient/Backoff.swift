/// The wait between attempts to connect. It doubles each time, up to a bound, minus a random part, so that the services
/// of a host do not all reconnect at the same time.
package struct Backoff: Hashable, Sendable {
    private static let first = Duration.milliseconds(10)
    private static let longest = Duration.seconds(2)

    private var failures = 0

    /// Whether exactly one attempt has failed since the last reply.
    package var isFirst: Bool { failures == 1 }

    package init() {}

    /// The wait before the next attempt: between half and all of 10 ms, 20 ms, 40 ms, … 2 s.
    package mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let ceiling = min(Self.longest, Self.first * (1 << min(failures, 16)))
        failures += 1
        return ceiling * Double.random(in: 0.5...1, using: &random)
    }

    /// Starts again, after a reply.
    package mutating func reset() {
        failures = 0
    }
}
