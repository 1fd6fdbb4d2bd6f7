/// What stands in one place of a table, for people and for programs.
struct Cell: Sendable {
    /// Short, relative: for a terminal.
    var screen: String
    /// Whole, absolute: for a pipe.
    var exact: String
    var tone = Tone.plain

    init(_ text: String, _ tone: Tone = .plain) {
        self.init(screen: text, exact: text, tone)
    }

    init(screen: String, exact: String, _ tone: Tone = .plain) {
        self.screen = screen
        self.exact = exact
        self.tone = tone
    }
}

/// Rows of cells under headings.
struct Table: Sendable {
    struct Column: Sendable {
        var heading: String
        /// How far it may shrink on a narrow terminal, in columns; `nil` is not at all.
        var least: Int?

        init(_ heading: String, least: Int? = nil) {
            self.heading = heading
            self.least = least
        }
    }

    private static let gap = 2

    var columns: [Column]
    var rows: [[Cell]] = []

    /// Lines of values between tabs, without headings. What has no heading is there for the eye only.
    var tabSeparated: String {
        let named = columns.indices.filter { !columns[$0].heading.isEmpty }
        return rows.map { row in named.map { row[$0].exact.printable }.joined(separator: "\t") + "\n" }.joined()
    }

    /// Aligned columns under faint headings, at most `width` columns wide where that can be.
    func rendered(width: Int, _ palette: Palette) -> String {
        let widths = fittedWidths(to: width)
        let heading = columns.map { Cell($0.heading, .faint) }
        return ([heading] + rows).map { line($0, widths, palette) + "\n" }.joined()
    }

    /// Gives up room from the widest of the columns that may shrink until all fit.
    private func fittedWidths(to width: Int) -> [Int] {
        var widths = columns.indices.map { column in
            rows.reduce(columns[column].heading.displayWidth) { max($0, $1[column].screen.printable.displayWidth) }
        }
        var excess = widths.reduce(Self.gap * (columns.count - 1), +) - width
        while excess > 0 {
            let shrinkable = columns.indices.filter { widths[$0] > columns[$0].least ?? .max }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ palette: Palette) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = cell.screen.printable.fitted(to: widths[index])
            let isLast = index == cells.count - 1
            line += palette.paint(text, cell.tone)
            if !isLast { line += String(repeating: " ", count: widths[index] - text.displayWidth + Self.gap) }
        }
        return line.trimmingTrailingSpaces
    }
}

/// Labels with what belongs to them, one a line.
struct FactSheet: Sendable {
    struct Fact: Sendable {
        /// For people: `Last used`.
        var label: String
        /// For programs: the member's name in the protocol.
        var name: String
        var cell: Cell
    }

    private(set) var facts: [Fact] = []

    mutating func add(_ label: String, _ name: String, _ cell: Cell?) {
        guard let cell else { return }
        facts.append(Fact(label: label, name: name, cell: cell))
    }

    /// `name`, a tab, the value.
    var tabSeparated: String {
        facts.map { "\($0.name)\t\($0.cell.exact.printable)\n" }.joined()
    }

    func rendered(_ palette: Palette) -> String {
        let width = facts.reduce(0) { max($0, $1.label.displayWidth) } + 2
        return facts.map { fact in
            palette.paint(fact.label.padded(to: width), .faint)
                + palette.paint(fact.cell.screen.printable, fact.cell.tone) + "\n"
        }.joined()
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
