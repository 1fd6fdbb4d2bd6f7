import GRDB
import KeywardCore

/// Reads every key with its usage: three tables in the order of keys, read in parallel, without a query for each key.
enum KeyReading {
    static let keysInOrder = "keys ORDER BY number"

    static func count(on database: Database) throws -> Int {
        let counts = try PreparedStatement("SELECT count(*) FROM keys", on: database).all { Int($0.int64()) }
        return counts.first ?? 0
    }

    /// Reads every key into `pipeline`.
    static func read(on database: Database, into pipeline: KeyPipeline) throws {
        var block = pipeline.take()
        try forEach(on: database) { columns, totals, peers in
            block.append(columns, totals, peers)
            if block.isFull {
                pipeline.give(block)
                block = pipeline.take()
            }
        }
        if !block.isEmpty { pipeline.give(block) }
    }

    /// Visits the columns of every key, with its usage. Texts are SQLite's, and valid until `visit` returns.
    static func forEach(
        on database: Database,
        _ visit: (UnsafeBufferPointer<ColumnValue>, UsageTotals, [PeerShare]) throws -> Void
    ) throws {
        var totals = try SortedRows(UsageTables.totalsSelection, on: database, UsageTables.readTotals)
        var peers = try SortedRows(UsageTables.peersSelection, on: database, UsageTables.readPeer)
        defer {
            totals.finish()
            peers.finish()
        }
        let values = UnsafeMutableBufferPointer<ColumnValue>.allocate(capacity: KeyColumn.all.count)
        defer { values.deallocate() }
        try RowFunction.forEach(KeyTable.columns, of: keysInOrder, on: database) { row in
            let number = try KeyTable.read(&row, into: values)
            var usage = UsageTotals(key: number, valid: 0, refused: 0, lastUsedAt: nil, lastUsedBy: nil)
            while let found = try totals.next(upTo: number) { usage = found }
            var shares: [PeerShare] = []
            while let share = try peers.next(upTo: number) { shares.append(share) }
            try visit(UnsafeBufferPointer(values), usage, shares)
        }
    }
}

/// A row of a key's usage.
private protocol KeyedRow {
    var key: Int64 { get }
}

extension UsageTotals: KeyedRow {}
extension PeerShare: KeyedRow {}

/// Rows in the order of keys, read up to the position of another table.
private struct SortedRows<Row: KeyedRow> {
    private let statement: PreparedStatement
    private let read: (inout Columns) throws -> Row
    private var ahead: Row?

    init(
        _ sql: String, on database: Database,
        _ read: @escaping (inout Columns) throws -> Row
    ) throws {
        statement = try PreparedStatement(sql, on: database)
        self.read = read
        try statement.start()
        try advance()
    }

    /// The next row of key `number`; it skips rows of smaller numbers, which should not exist.
    mutating func next(upTo number: Int64) throws -> Row? {
        while let row = ahead, row.key <= number {
            try advance()
            if row.key == number { return row }
        }
        return nil
    }

    func finish() {
        statement.finish()
    }

    private mutating func advance() throws {
        guard var columns = try statement.next() else { return ahead = nil }
        ahead = try read(&columns)
    }
}
