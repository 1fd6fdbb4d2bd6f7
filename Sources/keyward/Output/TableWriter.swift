/// Writes a table as its rows arrive.
///
/// On a terminal, columns are as wide as the widest cell so far, so a later part of a long list may be wider.
struct TableWriter {
    private let console: Console
    private let columns: [Table.Column]
    private var widths: [Int]?

    init(_ columns: [Table.Column], _ console: Console) {
        (self.columns, self.console) = (columns, console)
    }

    /// Writes rows, with the headings above the first.
    mutating func write(_ rows: [[Cell]]) throws(Failure) {
        let table = Table(columns: columns, rows: rows)
        guard console.isScreen else { return try console.write(table) }
        if table.isStacked(in: console.width) {
            return try console.write((widths == nil ? "" : "\n") + stacked(table))
        }
        let isFirst = widths == nil
        let new = table.widths(atLeast: widths, in: console.width)
        widths = new
        try console.write(table.rendered(new, console.palette, withHeadings: isFirst))
    }

    private mutating func stacked(_ table: Table) -> String {
        widths = widths ?? []
        return table.stacked(width: console.width, console.palette)
    }
}
