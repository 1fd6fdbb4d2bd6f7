import KeywardCore

/// One sweep's runs: those that wait, the one under way, and how the last one ended. Runs of a sweep come one after
/// another.
struct SweepRunState: Sendable {
    /// Why a run was asked for.
    struct Request: Sendable {
        /// Whether it does what would be held.
        var force = false
        /// Who waits for its report; nobody if a timer asked.
        var answer: (@Sendable (Result<SweepReport, Refusal>) -> Void)?
    }

    /// The requests; the first is the one that is served.
    private(set) var requests: [Request] = []
    /// The run that serves the first request, once it has begun.
    var run: SweepRun?
    private(set) var lastReport: SweepReport?
    /// How long the last run took.
    private(set) var lastSpan = Instant.Span(milliseconds: 0)
    /// When its timer fires.
    var firesAt = Instant.distantFuture
    /// Whether the last run could not do what was due.
    private(set) var isBarred = false
    /// What was last told to be held, and when.
    private var reported: (held: SweepReport.Held, at: Instant)?

    /// Adds a request. Whether the lane was idle, so that someone must serve it.
    mutating func ask(_ request: Request) -> Bool {
        // A timer need not ask for what is about to be done.
        guard request.answer != nil || requests.isEmpty else { return false }
        requests.append(request)
        return requests.count == 1
    }

    /// Ends the run that serves the first request, with its report. The report as it is to be told of.
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

    /// Ends the run that serves the first request: it could not be stored.
    mutating func fail() {
        isBarred = true
        close()
    }

    /// Drops everything; those who wait for a report.
    mutating func dismiss() -> [Request] {
        defer { (requests, run) = ([], nil) }
        return requests
    }

    /// Forgets when what was told: the clock was set.
    mutating func forgetTimes() {
        reported = nil
    }

    private mutating func close() {
        run = nil
        requests.removeFirst()
    }
}

extension SweepReport.Held {
    /// Whether there is nothing new in it; keys that are due at one instant come in any order.
    fileprivate func isSame(as other: Self) -> Bool {
        reason == other.reason && count == other.count && (count > keys.count || Set(keys) == Set(other.keys))
    }
}
