/// What one event loop did in a stretch of time, in milliseconds on the monotonic clock.
struct LoopSample: Sendable {
    var from: Int64
    var until: Int64
    /// Processor time, in nanoseconds.
    var busy: Int64
    /// How often a connection was read, and how many lines came that way.
    var reads: Int
    var lines: Int
    /// Connections that were read.
    var active: Int
    /// The processes at their other ends.
    var clients: Set<Int32>

    /// Processor time as a share of the time that passed.
    var share: Double { until > from ? Double(busy) / Double(until - from) / 1e6 : 0 }
}

/// Says which of a socket's event loops serve connections. A pure value.
protocol ConnectionSpread: Sendable {
    /// How many loops serve: the first ones.
    var serving: Int { get }
    /// How long a loop gathers what it then notes, in milliseconds; `nil` if that changes nothing.
    var window: Int64? { get }

    /// Takes what `loop` did, and says which connections it is to give away.
    mutating func note(_ sample: LoopSample, of loop: Int) -> Move?
}

/// Connections that a loop is to give to another.
struct Move: Hashable, Sendable {
    enum Which: Hashable, Sendable {
        /// So many of those that were read lately.
        case active(Int)
        case all
    }

    var which: Which
    var to: Int
}

/// Every loop serves, whatever the load.
struct EveryLoop: ConnectionSpread {
    let serving: Int
    var window: Int64? { nil }

    mutating func note(_ sample: LoopSample, of loop: Int) -> Move? { nil }
}
