/// The work of one event loop in a period, in milliseconds on the monotonic clock.
struct LoopSample: Sendable {
    var from: Int64
    var until: Int64
    /// Processor time, in nanoseconds.
    var busy: Int64
    /// The number of reads, and of lines received by them.
    var reads: Int
    var lines: Int
    /// The number of connections that were read.
    var active: Int
    /// The client processes of these connections.
    var clients: Set<Int32>

    /// Processor time as a share of the period.
    var share: Double { until > from ? Double(busy) / Double(until - from) / 1e6 : 0 }
}

/// Decides which of a socket's event loops serve connections. A pure value.
protocol ConnectionSpread: Sendable {
    /// How many loops serve: the first ones.
    var serving: Int { get }
    /// The length of a loop's sample period, in milliseconds; `nil` if samples change nothing.
    var window: Int64? { get }

    /// Records a sample of `loop`, and returns the connections that it must give away.
    mutating func note(_ sample: LoopSample, of loop: Int) -> Move?
}

/// Connections to move from one loop to another.
struct Move: Hashable, Sendable {
    enum Which: Hashable, Sendable {
        /// This many of the connections that were read recently.
        case active(Int)
        case all
    }

    var which: Which
    var to: Int
}

/// Every loop serves, regardless of the load.
struct EveryLoop: ConnectionSpread {
    let serving: Int
    var window: Int64? { nil }

    mutating func note(_ sample: LoopSample, of loop: Int) -> Move? { nil }
}
