internal import KeywardClient
internal import KeywardDisplay

/// Combines the pages of a list.
enum KeyPages {
    /// How many of the keys a list shows.
    struct Totals: Hashable, Sendable {
        var shown: Int
        var matching: Int
        var total: Int
        /// Whether only ended keys are left out.
        var hidesEnded: Bool
    }

    /// `default · plan standard · 5 of 312 keys`, and the plan's notice.
    static func heading(_ workspace: String, _ access: Access, _ totals: Totals, _ palette: Palette) -> String {
        let isEverywhere = workspace == "*"
        var parts = [palette.paint(isEverywhere ? "all workspaces" : workspace.printable, .strong)]
        if !isEverywhere { parts.append(palette.paint("plan \(access.plan.printable)", .faint)) }
        if let notice = access.notice { parts.append(palette.paint(notice.printable, .notice)) }
        if access.apiAccess || totals.total > 0 { parts.append(palette.paint(text(totals), .faint)) }
        return parts.joined(separator: " · ") + "\n"
    }

    private static func text(_ totals: Totals) -> String {
        guard totals.shown < totals.total else { return CountText.of(totals.total, "key") }
        let text = "\(CountText.grouped(totals.shown)) of \(CountText.of(totals.total, "key"))"
        let ended = totals.total - totals.matching
        guard totals.hidesEnded, ended > 0 else { return text }
        return "\(text) (\(CountText.grouped(ended)) ended, shown by --all)"
    }

    /// Writes the pages of a list as one object of the same form, page by page. A single page is written unchanged.
    struct JSONWriter {
        private let console: Console
        private var access: JSONText?

        init(_ console: Console) {
            self.console = console
        }

        mutating func write(_ page: JSONText, isLast: Bool) throws {
            if isLast, access == nil { return try console.write(json: page) }
            let parts = try JSONCoding.decode(Page.self, from: Array(page.text.utf8))
            let first = access ?? parts.access
            let start = access == nil ? #"{"keys":["# : parts.keys.isEmpty ? "" : ","
            let end = isLast ? #"],"nextCursor":\#(try cursor(parts)),"access":\#(first.text)}"# + "\n" : ""
            access = first
            try console.write(data: start + parts.keys.map(\.text).joined(separator: ",") + end)
        }

        private func cursor(_ page: Page) throws -> String {
            try page.nextCursor.map { try JSONCoding.string(of: $0) } ?? "null"
        }
    }

    /// A page whose keys stay in their JSON form.
    private struct Page: Decodable {
        var keys: [JSONText]
        var nextCursor: String?
        var access: JSONText
    }
}
