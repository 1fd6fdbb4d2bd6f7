internal import KeywardClient
internal import KeywardDisplay

/// A sweep as cells.
struct SweepCells {
    var lastRun: Cell
    var nextDue: Cell
    var found: Cell
    var held: Cell
    var tone: Tone

    init(_ state: SweepState, _ now: Timestamp) {
        lastRun = Cell(
            screen: state.lastRunAt.map { "ran \(RelativeTime.text($0, now: now))" } ?? "has not run yet",
            exact: state.lastRunAt?.description ?? "never")
        nextDue = Cell(
            screen: state.nextDueAt.map { $0 <= now ? "due now" : "due \(RelativeTime.text($0, now: now))" }
                ?? "nothing is due",
            exact: state.nextDueAt?.description ?? "-")
        found = state.lastReport.map { Self.found($0) } ?? Cell("-")
        held = state.lastReport.map { Self.held($0) } ?? Cell("-")
        tone = state.lastReport?.held == nil ? .plain : .notice
    }

    /// What a run did: `key.expired 3, key.expiring 1`.
    static func found(_ report: SweepState.Report) -> Cell {
        let counts = report.changed.counts.sorted { $0.key < $1.key }
        let screen = counts.map { "\($0.key) \(CountText.grouped($0.value))" }.joined(separator: ", ")
        let exact = counts.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        return Cell(screen: screen.isEmpty ? "nothing" : screen, exact: exact.isEmpty ? "-" : exact)
    }

    /// What a run left undone: `12, tooManyKeys`.
    static func held(_ report: SweepState.Report) -> Cell {
        guard let held = report.held else { return Cell("-") }
        return Cell(
            screen: "\(CountText.grouped(held.n)), \(held.reason)", exact: "\(held.n) \(held.reason)", .notice)
    }
}
