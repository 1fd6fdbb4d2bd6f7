import GRDB
import KeywardCore

/// Every key with its usage: three tables in the order of their keys, read side by side, not a query a key.
enum KeyReading {
    static func visit(on database: Database, _ visit: (StoredKey) -> Void) throws {
        var totals = try SortedRows(UsageTables.totalsSelection, on: database, key: \.key, UsageTables.readTotals)
        var peers = try SortedRows(UsageTables.peersSelection, on: database, key: \.key, UsageTables.readPeer)
        defer {
            totals.finish()
            peers.finish()
        }
        try PreparedStatement(KeyTable.selection, on: database).forEach { row in
            let record = try KeyTable.read(&row)
            var usage = UsageTotals(key: record.number, valid: 0, refused: 0, lastUsedAt: nil, lastUsedBy: nil)
            while let found = try totals.next(upTo: record.number) { usage = found }
            var shares: [PeerShare] = []
            while let share = try peers.next(upTo: record.number) { shares.append(share) }
            visit(StoredKey(record: record, usage: usage, peers: shares))
            return true
        }
    }
}

/// Rows in the order of a key, taken as far as another table has come.
private struct SortedRows<Row> {
    private let statement: PreparedStatement
    private let key: KeyPath<Row, Int64>
    private let read: (inout Columns) throws -> Row
    private var ahead: Row?

    init(
        _ sql: String, on database: Database, key: KeyPath<Row, Int64>,
        _ read: @escaping (inout Columns) throws -> Row
    ) throws {
        statement = try PreparedStatement(sql, on: database)
        self.key = key
        self.read = read
        try statement.start()
        try advance()
    }

    /// The next row of key `number`; rows of smaller ones, of which there should be none, are passed over.
    mutating func next(upTo number: Int64) throws -> Row? {
        while let row = ahead, row[keyPath: key] <= number {
            try advance()
            if row[keyPath: key] == number { return row }
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
