internal import KeywardDisplay

/// The content of a table cell, for people and for programs.
struct Cell: Sendable {
    /// Short and relative: for a terminal.
    var screen: String
    /// Complete and absolute: for a pipe.
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
        /// The smallest width on a narrow terminal, in columns; `nil` if the column does not shrink.
        var least: Int?
        /// Columns with a greater number shrink first.
        var yields: Int

        init(_ heading: String, least: Int? = nil, yields: Int = 0) {
            self.heading = heading
            self.least = least
            self.yields = yields
        }
    }

    private static let gap = 2
    /// On a terminal with fewer columns, a wide table becomes one block of lines per row.
    private static let narrow = 64

    var columns: [Column]
    var rows: [[Cell]] = []

    /// Tab-separated lines, without headings. Columns without a heading are for display only.
    func tabSeparated(_ palette: Palette) -> String {
        let named = columns.indices.filter { !columns[$0].heading.isEmpty }
        var text = ""
        for row in rows {
            for index in named {
                if index != named.first { text += "\t" }
                text += palette.paint(row[index].exact.printable, row[index].tone)
            }
            text += "\n"
        }
        return text
    }

    /// Aligned columns under faint headings, at most `width` columns wide if possible. On a narrow terminal a table
    /// that does not fit is stacked.
    func rendered(width: Int, _ palette: Palette) -> String {
        isStacked(in: width)
            ? stacked(width: width, palette)
            : rendered(widths(atLeast: nil, in: width), palette, withHeadings: true)
    }

    func rendered(_ widths: [Int], _ palette: Palette, withHeadings: Bool) -> String {
        let heading = withHeadings ? [columns.map { Cell($0.heading, .faint) }] : []
        return (heading + rows).map { line($0, widths, palette) + "\n" }.joined()
    }

    // MARK: Narrow terminals

    /// Whether the rows are shown as blocks. Two columns always fit side by side.
    func isStacked(in width: Int) -> Bool {
        columns.count > 2 && width < Self.narrow && total(naturalWidths(atLeast: nil)) > width
    }

    /// A block per row: its first cell, then a line for each other cell with its heading.
    func stacked(width: Int, _ palette: Palette) -> String {
        let labels = columns.reduce(0) { max($0, $1.heading.displayWidth) } + Self.gap
        return rows.map { row in
            let first = palette.paint(row[0].screen.printable.fitted(to: width), row[0].tone) + "\n"
            return first
                + columns.indices.dropFirst().filter { !row[$0].screen.isEmpty && !columns[$0].heading.isEmpty }
                .map { index in
                    let label = palette.paint(columns[index].heading.padded(to: labels), .faint)
                    let columns = max(1, width - labels - Self.gap)
                    let value = row[index].screen.printable.fitted(to: columns)
                    return "  " + label + palette.paint(value, row[index].tone) + "\n"
                }.joined()
        }.joined(separator: "\n")
    }

    // MARK: Widths

    /// The width of each column: that of its widest cell, and at least `floor`, but less if a line would exceed
    /// `width`.
    func widths(atLeast floor: [Int]?, in width: Int) -> [Int] {
        var widths = naturalWidths(atLeast: floor)
        var excess = total(widths) - width
        for rank in Set(columns.map(\.yields)).sorted(by: >) {
            while excess > 0 {
                let shrinkable = columns.indices.filter {
                    columns[$0].yields == rank && widths[$0] > columns[$0].least ?? .max
                }
                guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }

    private func naturalWidths(atLeast floor: [Int]?) -> [Int] {
        columns.indices.map { column in
            rows.reduce(max(columns[column].heading.displayWidth, floor?[column] ?? 0)) {
                max($0, $1[column].screen.printable.displayWidth)
            }
        }
    }

    private func total(_ widths: [Int]) -> Int { widths.reduce(Self.gap * (columns.count - 1), +) }

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

/// Labels with values, one per line.
struct FactSheet: Sendable {
    struct Fact: Sendable {
        /// For people: `Last used`; empty for values that only programs need.
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

    /// Adds a value that a terminal shows in another fact's cell.
    mutating func addExact(_ name: String, _ value: String?) {
        guard let value else { return }
        facts.append(Fact(label: "", name: name, cell: Cell(value)))
    }

    /// `name`, a tab, the value.
    func tabSeparated(_ palette: Palette) -> String {
        facts.map { "\($0.name)\t\(palette.paint($0.cell.exact.printable, $0.cell.tone))\n" }.joined()
    }

    func rendered(_ palette: Palette) -> String {
        let width = facts.reduce(0) { max($0, $1.label.displayWidth) } + 2
        return facts.filter { !$0.label.isEmpty }.map { fact in
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
