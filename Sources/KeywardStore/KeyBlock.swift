import KeywardCore

/// Some keys with their usage: a copy of what SQLite lends during a step.
struct KeyBlock: Sendable {
    /// The largest number of keys of a block.
    static let capacity = 512

    private enum Value {
        case null
        case number(Int64)
        /// The range in `bytes`.
        case text(start: Int, count: Int)
        case digest(start: Int, count: Int)
    }

    private var values: [Value] = []
    private var bytes: [UInt8] = []
    private var usages: [(totals: UsageTotals, peers: [PeerShare])] = []

    var isFull: Bool { usages.count == Self.capacity }
    var isEmpty: Bool { usages.isEmpty }

    mutating func append(
        _ columns: UnsafeBufferPointer<ColumnValue>, _ totals: UsageTotals, _ peers: [PeerShare]
    ) {
        for column in columns {
            switch column {
            case .null: values.append(.null)
            case .number(let number): values.append(.number(number))
            case .text(let text): values.append(.text(start: copy(text), count: text.count))
            case .digest(let digest): values.append(.digest(start: copy(digest), count: digest.count))
            }
        }
        usages.append((totals, peers))
    }

    private mutating func copy(_ text: BorrowedText) -> Int {
        bytes.append(contentsOf: text.bytes)
        return bytes.count - text.count
    }

    mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        usages.removeAll(keepingCapacity: true)
    }

    /// Visits its keys in order. Their texts are the block's.
    func forEach(_ visit: (StoredKey) -> Void) throws {
        let width = KeyColumn.all.count
        let columns = UnsafeMutableBufferPointer<ColumnValue>.allocate(capacity: width)
        defer { columns.deallocate() }
        try bytes.withUnsafeBytes { bytes in
            for (place, usage) in usages.enumerated() {
                for column in 0..<width {
                    columns.initializeElement(at: column, to: Self.lend(values[place * width + column], of: bytes))
                }
                let row = try KeyRow(columns: UnsafeBufferPointer(columns))
                visit(StoredKey(row: row, usage: usage.totals, peers: usage.peers))
            }
        }
    }

    @inline(__always)
    private static func lend(_ value: Value, of bytes: UnsafeRawBufferPointer) -> ColumnValue {
        switch value {
        case .null: .null
        case .number(let number): .number(number)
        case .text(let start, let count): .text(text(start, count, of: bytes))
        case .digest(let start, let count): .digest(text(start, count, of: bytes))
        }
    }

    @inline(__always)
    private static func text(_ start: Int, _ count: Int, of bytes: UnsafeRawBufferPointer) -> BorrowedText {
        BorrowedText(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
    }
}
