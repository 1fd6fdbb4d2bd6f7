internal import KeywardClient
internal import KeywardDisplay

/// What operators should know: notices, and what sweeps hold.
struct OperatorNotices: Sendable {
    let layout: Layout
    let status: DaemonStatus

    var html: HTML {
        status.notices.map(notice).joined() + held
    }

    private func notice(_ notice: Notice) -> HTML {
        let remedy: HTML? = notice.remedy.map {
            "<p>To fix it, run:</p>\(Parts.command($0, socket: layout.settings.socket))"
        }
        return Parts.message(.notice, "<p>\(notice.message.printable)</p>\(remedy)")
    }

    private var held: HTML {
        let held = status.sweeps.filter { $0.lastReport?.held != nil }
        guard !held.isEmpty else { return .empty }
        let lines = held.compactMap { state -> HTML? in
            state.lastReport?.held.map {
                "<p>The sweep <b>\(state.sweep.rawValue)</b> holds \(CountText.of($0.n, "key")): \(HeldReason.text($0.reason))</p>"
            }
        }
        return Parts.message(
            .notice, heading: "A sweep holds changes",
            "\(lines.joined())<p><a href=\"\(layout.paths.sweeps)\">What the sweeps found</a></p>")
    }
}

/// Why a sweep leaves keys undone.
enum HeldReason {
    static func text(_ reason: String) -> String {
        switch reason {
        case "clockLeads": "the clock of this host may be ahead."
        case "clockLags": "the clock of this host is behind."
        case "tooManyKeys": "it would change more keys than the configuration allows at once."
        case "predecessorInUse": "the old key of a rotation is still in use."
        default: reason
        }
    }
}

/// The sweeps: when each ran, what it found, and what it holds.
struct SweepsPage: Sendable {
    let layout: Layout
    let sweeps: [SweepState]
    let now: Timestamp

    var html: HTML {
        layout.page(
            "Sweeps",
            """
            <p class="back"><a href="\(layout.paths.base)">API keys</a></p>
            <h1>Sweeps</h1>
            <p>Sweeps record what has expired, and find keys that nobody uses.</p>
            <section class="card"><table class="plain stack sweeps"><caption class="hidden">Sweeps</caption>
            <thead><tr><th scope="col">Sweep</th><th scope="col">Last run</th><th scope="col">Changed</th>\
            <th scope="col">Holds</th><th scope="col">Next</th></tr></thead>
            <tbody>\(sweeps.map(row).joined())</tbody></table></section>
            <p>An operator can see what a run would do:</p>
            \(Parts.command(["sweep", "run", "stale", "--dry-run"], socket: layout.settings.socket))
            """)
    }

    private func row(_ state: SweepState) -> HTML {
        let report = state.lastReport
        let changed = (report?.changed.counts ?? [:]).sorted { $0.key < $1.key }
            .map { "\($0.key) \(CountText.grouped($0.value))" }.joined(separator: ", ")
        let held: HTML = report?.held.map { "\(CountText.of($0.n, "key")): \(HeldReason.text($0.reason))" } ?? "nothing"
        let last: HTML = state.lastRunAt.map { Parts.time($0, now: now) } ?? "not yet"
        let next: HTML = state.nextDueAt.map { $0 <= now ? "due now" : Parts.time($0, now: now) } ?? "nothing is due"
        return """
            <tr><th scope="row">\(state.sweep.rawValue)</th><td>\(last)</td><td>\(changed.isEmpty ? "nothing" : changed)</td>\
            <td>\(held)</td><td>\(next)</td></tr>
            """
    }
}
