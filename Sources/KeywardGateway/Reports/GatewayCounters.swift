internal import Synchronization

/// The counters of a gateway since its start, and its notices.
package final class GatewayCounters: Sendable {
    package typealias Instant = ContinuousClock.Instant
    /// Reports a notice with the number of events.
    package typealias Report = @Sendable (GatewayNotice, Int) -> Void

    /// Upper bounds of the histogram of verifications, in seconds.
    static let bounds = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.5]

    struct Counts: Sendable {
        /// Answers to a valid key.
        var valid = 0
        /// The other answers, by their word and status.
        var answers: [Word: Int] = [:]
        var unavailable: [Unavailability: Int] = [:]
        var connections = 0
        var foreignConnections = 0
        var excessConnections = 0
        /// Verifications by bound, each counted once, the last beyond every bound.
        var durations = [Int](repeating: 0, count: bounds.count + 1)
        /// In seconds.
        var durationSum = 0.0
        /// Whether the file that was read last is in force.
        var isLastReloadGood = true
        /// When a file was last put in force, in seconds since 1970.
        var configuredAt = 0
    }

    struct Word: Hashable, Sendable {
        var code: String
        var status: Int
    }

    private struct State: Sendable {
        var counts = Counts()
        var throttle = NoticeThrottle()
    }

    private let state = Mutex(State())
    private let report: Report

    package init(report: @escaping Report) {
        self.report = report
    }

    var counts: Counts { state.withLock { $0.counts } }

    func countAnswer(_ code: String, _ status: Int) {
        state.withLock { $0.counts.answers[Word(code: code, status: status), default: 0] += 1 }
    }

    func countValid() {
        state.withLock { $0.counts.valid += 1 }
    }

    func countRefusal(_ refusal: Refusal) {
        countAnswer(refusal.code, refusal.status)
        if refusal == .missingTarget { note(.missingTarget) }
        if case .unavailable(let reason) = refusal {
            state.withLock { $0.counts.unavailable[reason, default: 0] += 1 }
            note(GatewayNotice(reason))
        }
    }

    func countUnverified() {
        countAnswer("unverified", 200)
        note(.passedUnverified)
    }

    /// The daemon answered after this time.
    func countVerification(seconds: Double) {
        let index = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.counts.durations[index] += 1
            state.counts.durationSum += seconds
        }
    }

    /// The site's file was read at a time in seconds since 1970.
    package func noteConfiguration(isGood: Bool, at time: Int) {
        state.withLock { state in
            state.counts.isLastReloadGood = isGood
            if isGood { state.counts.configuredAt = time }
        }
    }

    /// Counts a connection, unless `most` are open.
    func open(atMost most: Int) -> Bool {
        let isOpen = state.withLock { state in
            let isOpen = state.counts.connections < most
            if isOpen { state.counts.connections += 1 } else { state.counts.excessConnections += 1 }
            return isOpen
        }
        if !isOpen { note(.tooManyConnections) }
        return isOpen
    }

    func close() {
        state.withLock { $0.counts.connections -= 1 }
    }

    func countForeign() {
        state.withLock { $0.counts.foreignConnections += 1 }
        note(.foreignAccount)
    }

    private func note(_ notice: GatewayNotice) {
        let count = state.withLock { $0.throttle.count(notice, at: .now) }
        if let count { report(notice, count) }
    }

    /// Reports what was counted since the last report of its kind, if that is due.
    package func reportDue() {
        for (notice, count) in state.withLock({ $0.throttle.takeDue(at: .now) }) { report(notice, count) }
    }
}
