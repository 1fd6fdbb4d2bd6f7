import KeywardCore

/// The runs of one sweep: waiting requests, the current run, and the result of the last one. They run one after
/// another.
struct SweepRunState: Sendable {
    /// A request for a run.
    struct Request: Sendable {
        /// Whether it does what would be held.
        var force = false
        /// Receives the report; `nil` if a timer asked.
        var answer: (@Sendable (Result<SweepReport, Refusal>) -> Void)?
    }

    /// The requests; the first is the current one.
    private(set) var requests: [Request] = []
    /// The run for the first request, once it has begun.
    var run: SweepRun?
    private(set) var lastReport: SweepReport?
    /// How long the last run took.
    private(set) var lastSpan = Instant.Span(milliseconds: 0)
    /// When its timer fires.
    var firesAt = Instant.distantFuture
    /// Whether the last run could not do what was due.
    private(set) var isBarred = false
    /// The last reported held keys, and when they were reported.
    private var reported: (held: SweepReport.Held, at: Instant)?

    /// Adds a request. Whether the sweep was idle, so that the caller must start the run.
    mutating func ask(_ request: Request) -> Bool {
        // A timer need not request a run that is about to start.
        guard request.answer != nil || requests.isEmpty else { return false }
        requests.append(request)
        return requests.count == 1
    }

    /// Ends the run for the first request. Returns its report, marked if its held keys were reported before.
    mutating func end(with report: SweepReport, at now: Instant) -> SweepReport {
        var report = report
        lastSpan = max(now, report.at) - report.at
        if let held = report.held {
            report.isRepeated = reported.map { held.isSame(as: $0.held) && report.at < $0.at + .days(1) } ?? false
            if !report.isRepeated { reported = (held, report.at) }
        } else {
            reported = nil
        }
        lastReport = report
        isBarred = report.held.map { $0.reason == .clockLeads || $0.reason == .clockLags } ?? false
        close()
        return report
    }

    /// Ends the run for the first request, because it could not be stored.
    mutating func fail() {
        isBarred = true
        close()
    }

    /// Drops everything; returns the requests.
    mutating func dismiss() -> [Request] {
        defer { (requests, run) = ([], nil) }
        return requests
    }

    /// Resets the times of reports: the clock was set.
    mutating func forgetTimes() {
        reported = nil
    }

    private mutating func close() {
        run = nil
        requests.removeFirst()
    }
}

extension SweepReport.Held {
    /// Whether there is nothing new in it; keys with equal due times come in any order.
    fileprivate func isSame(as other: Self) -> Bool {
        reason == other.reason && count == other.count && (count > keys.count || Set(keys) == Set(other.keys))
    }
}
