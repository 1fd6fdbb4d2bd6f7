import GRDB
import GRDBSQLite
import KeywardCore

/// A statement of the connection's cache, bound and read by position, without boxing values.
struct PreparedStatement {
    /// Keeps ``raw`` alive.
    private let statement: Statement
    private let raw: OpaquePointer

    init(_ sql: String, on database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        raw = statement.sqliteStatement
    }

    /// A statement that is not cached.
    init(once sql: String, on database: Database) throws {
        statement = try database.makeStatement(sql: sql)
        raw = statement.sqliteStatement
    }

    /// Runs the statement to its end.
    func run(_ bind: (inout Bindings) -> Void = { _ in }) throws {
        try start(bind)
        defer { finish() }
        while try step() {}
    }

    /// Runs the statement to its end; returns how many rows it changed.
    func runCountingChanges(_ bind: (inout Bindings) -> Void) throws -> Int32 {
        try run(bind)
        return sqlite3_changes(sqlite3_db_handle(raw))
    }

    /// Passes every row to `visit`, until it returns false.
    func forEach(_ bind: (inout Bindings) -> Void = { _ in }, _ visit: (inout Columns) throws -> Bool) throws {
        try start(bind)
        defer { finish() }
        while try step() {
            var columns = Columns(raw: raw)
            guard try visit(&columns) else { return }
        }
    }

    /// All rows.
    func all<Row>(
        _ bind: (inout Bindings) -> Void = { _ in }, _ decode: (inout Columns) throws -> Row
    ) throws -> [Row] {
        var rows: [Row] = []
        try forEach(bind) { columns in
            rows.append(try decode(&columns))
            return true
        }
        return rows
    }

    /// Binds values for ``next()``; ``finish()`` must follow.
    func start(_ bind: (inout Bindings) -> Void = { _ in }) throws {
        sqlite3_reset(raw)
        var bindings = Bindings(raw: raw)
        bind(&bindings)
        guard bindings.code == SQLITE_OK else { throw SQLiteFailure(code: bindings.code) }
    }

    /// The next row, `nil` after the last.
    func next() throws -> Columns? {
        try step() ? Columns(raw: raw) : nil
    }

    /// Ends the reading, and clears the bound values.
    func finish() {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    private func step() throws -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let connection = sqlite3_db_handle(raw)
            throw SQLiteFailure(code: sqlite3_extended_errcode(connection), on: connection)
        }
    }
}

/// The values of a statement, in the order of its parameters.
struct Bindings {
    fileprivate let raw: OpaquePointer
    private var index: Int32 = 0
    /// The first failure, or SQLITE_OK.
    fileprivate var code = SQLITE_OK

    fileprivate init(raw: OpaquePointer) {
        self.raw = raw
    }

    mutating func add(_ value: Int64?) {
        index += 1
        note(value.map { sqlite3_bind_int64(raw, index, $0) } ?? sqlite3_bind_null(raw, index))
    }

    mutating func add(_ value: UInt32?) { add(value.map { Int64($0) }) }
    mutating func add(_ value: Bool) { add(value ? Int64(1) : 0) }
    mutating func add(_ value: Instant?) { add(value?.milliseconds) }
    mutating func add(_ value: Instant.Span?) { add(value?.milliseconds) }
    mutating func add(_ value: Digest?) {
        if let value { add(bytes: value.bytes) } else { add(nil as Int64?) }
    }

    mutating func add(_ value: Actor?) {
        add(value?.uid)
        add(value?.user)
    }

    mutating func add(_ value: String?) {
        index += 1
        guard var value else { return note(sqlite3_bind_null(raw, index)) }
        let (raw, index) = (raw, index)
        note(
            value.withUTF8 { utf8 in
                // An empty string may have no address, which would bind NULL.
                guard let start = utf8.baseAddress else { return sqlite3_bind_text(raw, index, "", 0, nil) }
                return sqlite3_bind_text64(raw, index, start, UInt64(utf8.count), transient, UInt8(SQLITE_UTF8))
            })
    }

    mutating func add(bytes: [UInt8]) {
        index += 1
        note(sqlite3_bind_blob64(raw, index, bytes, UInt64(bytes.count), transient))
    }

    mutating func add(_ value: ColumnValue) {
        switch value {
        case .null: add(nil as Int64?)
        case .number(let number): add(number)
        case .text(let text):
            index += 1
            note(
                sqlite3_bind_text64(
                    raw, index, text.bytes.baseAddress, UInt64(text.count), transient, UInt8(SQLITE_UTF8)))
        case .digest(let digest):
            index += 1
            note(sqlite3_bind_blob64(raw, index, digest.bytes.baseAddress, UInt64(digest.count), transient))
        }
    }

    private mutating func note(_ code: Int32) {
        if self.code == SQLITE_OK { self.code = code }
    }

    /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    private var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// The columns of a statement's current row, or the arguments of a function, read from the left.
struct Columns {
    private let raw: OpaquePointer?
    private let values: UnsafeMutablePointer<OpaquePointer?>?
    private var index: Int32 = 0

    fileprivate init(raw: OpaquePointer) {
        (self.raw, values) = (raw, nil)
    }

    /// The arguments that SQLite passes to a function.
    init(_ values: UnsafeMutablePointer<OpaquePointer?>) {
        (raw, self.values) = (nil, values)
    }

    /// The next value. Reading a value costs SQLite less than reading a column of the row. No other thread uses the
    /// connection meanwhile.
    private mutating func next() -> OpaquePointer? {
        defer { index += 1 }
        return if let values { values[Int(index)] } else { sqlite3_column_value(raw, index) }
    }

    mutating func int64() -> Int64 { sqlite3_value_int64(next()) }

    mutating func optionalInt64() -> Int64? {
        let value = next()
        return sqlite3_value_type(value) == SQLITE_NULL ? nil : sqlite3_value_int64(value)
    }

    mutating func bool() -> Bool { int64() != 0 }
    mutating func instant() -> Instant { Instant(milliseconds: int64()) }
    mutating func optionalInstant() -> Instant? { optionalInt64().map { Instant(milliseconds: $0) } }
    mutating func span() -> Instant.Span { Instant.Span(milliseconds: int64()) }
    mutating func optionalSpan() -> Instant.Span? { optionalInt64().map { Instant.Span(milliseconds: $0) } }

    mutating func uint32() throws -> UInt32 {
        guard let value = UInt32(exactly: int64()) else { throw SQLiteFailure.damaged }
        return value
    }

    mutating func optionalUInt32() throws -> UInt32? {
        guard let value = optionalInt64() else { return nil }
        guard let small = UInt32(exactly: value) else { throw SQLiteFailure.damaged }
        return small
    }

    mutating func text() -> String { optionalText() ?? "" }
    mutating func optionalText() -> String? { borrowedText()?.string }

    /// Reads the next values without copying. Their bytes are SQLite's, and valid until the next step.
    mutating func read(_ kinds: [KeyColumn.Kind], into target: UnsafeMutableBufferPointer<ColumnValue>) {
        for (place, kind) in kinds.enumerated() {
            let value = next()
            let read: ColumnValue
            switch kind {
            case .number:
                let isNull = sqlite3_value_type(value) == SQLITE_NULL
                read = isNull ? .null : .number(sqlite3_value_int64(value))
            case .text:
                read = sqlite3_value_text(value).map { .text(Self.borrow($0, value)) } ?? .null
            case .digest:
                read = sqlite3_value_blob(value).map { .digest(Self.borrow($0, value)) } ?? .null
            }
            target.initializeElement(at: place, to: read)
        }
    }

    @inline(__always)
    private static func borrow(_ start: UnsafeRawPointer, _ value: OpaquePointer?) -> BorrowedText {
        BorrowedText(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
    }

    /// A text that is SQLite's, and valid until the next step; `nil` for NULL.
    private mutating func borrowedText() -> BorrowedText? {
        let value = next()
        return sqlite3_value_text(value).map { Self.borrow($0, value) }
    }

    mutating func bytes() -> [UInt8] {
        let value = next()
        let count = Int(sqlite3_value_bytes(value))
        guard let start = sqlite3_value_blob(value) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    mutating func digest() throws -> Digest {
        let value = next()
        guard sqlite3_value_bytes(value) == 32, let start = sqlite3_value_blob(value) else {
            throw SQLiteFailure.damaged
        }
        var words = SIMD4<UInt64>.zero
        for word in 0..<4 {
            words[word] = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
        }
        return Digest(words: words)
    }

    /// `nil` for NULL.
    mutating func optionalDigest() -> Digest? { Digest(bytes: bytes()) }

    mutating func actor() throws -> Actor {
        Actor(uid: try uint32(), user: optionalText())
    }
}
