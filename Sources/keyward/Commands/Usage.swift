internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward usage`
struct Usage: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how often a key was verified and refused, when, by whom and why.",
        discussion: """
            When piped: the start of each day or hour, its valid and its refused verifications, tab-separated. \
            With --accounts: the uid, login, valid verifications and last use of each account. \
            With --refusals: the start of each day or hour, the code, uid, login, number and last of the refusals.
            """)

    @OptionGroup var target: KeyArgument

    @Option(
        help: ArgumentHelp("The first day, or how far back: 2026-11-01, 7d.", valueName: "when"),
        transform: TimeArgument.option)
    var from: TimeArgument?

    @Option(help: ArgumentHelp("The last day, which is included.", valueName: "when"), transform: TimeArgument.option)
    var to: TimeArgument?

    @Option(
        help: ArgumentHelp("The unit of time: hour or day.", valueName: "width"),
        completion: .list(UsageResolution.allCases.map(\.rawValue)), transform: choice)
    var by = UsageResolution.day

    @Flag(help: "Show only the accounts that asked.")
    var accounts = false

    @Flag(help: "Show only why and to which accounts it was refused.")
    var refusals = false

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let now = session.console.now
        let params = GetUsage.Params(
            key: target.key, workspace: target.place.workspace, from: try from?.beginning(now: now),
            to: try lastInstant(now), bucket: GetUsage.UsageResolution(rawValue: by.rawValue))
        try session.write(session.call(GetUsage.self, params)) { result in
            let console = session.console
            guard console.isScreen else {
                return try console.write(
                    accounts ? accountTable(result, now) : refusals ? refusalTable(result, now) : bucketTable(result))
            }
            if let keys = result.keys, keys.count > 1 {
                console.report(
                    "Including the keys that \(keys[0].prefix) replaced: "
                        + keys.dropFirst().map(\.prefix).joined(separator: ", ") + ".")
            }
            try show(result, now, on: console)
        }
    }

    private func show(_ result: GetUsage.Result, _ now: Timestamp, on console: Console) throws {
        var tables: [Table] = []
        if !accounts, !refusals {
            if result.buckets.allSatisfy({ $0.valid == 0 && $0.refused == 0 }) {
                try console.write("No verifications in this period.\n")
            } else {
                tables.append(bucketTable(result))
            }
        }
        if !refusals, !result.byPeer.isEmpty { tables.append(accountTable(result, now)) }
        if !accounts, result.refusals?.isEmpty == false { tables.append(refusalTable(result, now)) }
        for (index, table) in tables.enumerated() {
            if index > 0 { try console.write("\n") }
            try console.write(table)
        }
    }

    /// `7d` as an end is seven days ago; a day includes all of it.
    private func lastInstant(_ now: Timestamp) throws -> Timestamp? {
        switch to {
        case .span, .months: try to?.beginning(now: now)
        default: try to?.end(now: now)
        }
    }

    private func bucketTable(_ result: GetUsage.Result) -> Table {
        var table = Table(columns: [
            Table.Column(by == .hour ? "HOUR (UTC)" : "DAY (UTC)"), Table.Column("VALID"), Table.Column("REFUSED"),
            Table.Column("", least: 0),
        ])
        let most = result.buckets.map(\.valid).max() ?? 0
        table.rows = result.buckets.map { bucket in
            [
                Cell(screen: start(bucket.start), exact: bucket.start.description),
                Cell(
                    screen: CountText.short(bucket.valid), exact: String(bucket.valid),
                    bucket.valid == 0 ? .faint : .plain),
                Cell(
                    screen: CountText.short(bucket.refused), exact: String(bucket.refused),
                    bucket.refused == 0 ? .faint : .notice),
                Cell(screen: Bar.text(bucket.valid, of: most), exact: ""),
            ]
        }
        return table
    }

    private func start(_ instant: Timestamp) -> String {
        let text = instant.description
        return by == .hour ? "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))" : String(text.prefix(10))
    }

    private func refusalTable(_ result: GetUsage.Result, _ now: Timestamp) -> Table {
        var table = Table(columns: [
            Table.Column(by == .hour ? "HOUR (UTC)" : "DAY (UTC)"), Table.Column("CODE"), Table.Column("UID"),
            Table.Column("ACCOUNT"), Table.Column("REFUSED"), Table.Column("LAST"),
        ])
        table.rows = (result.refusals ?? []).map { refusal in
            [
                Cell(screen: start(refusal.start), exact: refusal.start.description),
                Cell(refusal.code.rawValue, .notice), Cell(String(refusal.uid)), Cell(refusal.user ?? "-"),
                Cell(screen: CountText.short(refusal.count), exact: String(refusal.count)),
                Cell(screen: RelativeTime.text(refusal.lastAt, now: now), exact: refusal.lastAt.description),
            ]
        }
        return table
    }

    private func accountTable(_ result: GetUsage.Result, _ now: Timestamp) -> Table {
        var table = Table(columns: [
            Table.Column("UID"), Table.Column("ACCOUNT"), Table.Column("VALID"), Table.Column("LAST USED"),
        ])
        table.rows = result.byPeer.map { peer in
            [
                Cell(String(peer.uid)), Cell(peer.user ?? "-"),
                Cell(screen: CountText.short(peer.valid), exact: String(peer.valid)),
                Cell(screen: RelativeTime.text(peer.lastUsedAt, now: now), exact: peer.lastUsedAt.description),
            ]
        }
        return table
    }
}

/// A bar of block characters, to compare numbers.
private enum Bar {
    private static let width = 24
    private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

    static func text(_ number: Int, of most: Int) -> String {
        guard number > 0, most > 0 else { return "" }
        let eighths = max(1, Int(Double(number) / Double(most) * Double(width * 8)))
        let rest = eighths % 8
        return String(repeating: "█", count: eighths / 8) + (rest == 0 ? "" : String(parts[rest - 1]))
    }
}
