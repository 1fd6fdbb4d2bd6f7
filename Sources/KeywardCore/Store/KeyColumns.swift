/// A column of the table of keys.
package struct KeyColumn: Sendable {
    package var name: String
    package var kind: Kind
    /// The version of the schema that added it.
    package var version: Int
    /// Whether the row's seal covers it. The ledger slot is not part of the key.
    package var isSealed: Bool

    package enum Kind: Sendable {
        case number, text, digest
    }

    /// In the order of the list of fields.
    package static let all: [KeyColumn] = {
        var names = ColumnNames()
        var key = KeyRecord()
        key.visit(&names)
        return names.columns
    }()
}

/// A value of a column. Its bytes are borrowed.
package enum ColumnValue {
    case null
    case number(Int64)
    case text(BorrowedText)
    /// 32 bytes.
    case digest(BorrowedText)
}

/// A row of the table of keys was not written by Keyward.
package struct DamagedRow: Error, Hashable {}

extension KeyFields {
    fileprivate init(reading values: UnsafeBufferPointer<ColumnValue>) throws(DamagedRow) {
        self.init()
        var reader = ColumnReader<Text>(values: values)
        try visit(&reader)
    }

    /// The same key in another form, whose texts are valid as long as those of `values`.
    fileprivate init(converted values: UnsafeBufferPointer<ColumnValue>) {
        guard let key = try? Self(reading: values) else { preconditionFailure() }
        self = key
    }

    fileprivate func withValues<R, E: Error>(_ body: (UnsafeBufferPointer<ColumnValue>) throws(E) -> R) throws(E) -> R {
        var writer = ColumnWriter<Text>()
        var key = self
        key.visit(&writer)
        let values = writer.values
        return try withExtendedLifetime(writer.loan) { () throws(E) -> R in
            try values.withUnsafeBufferPointer { (values) throws(E) -> R in try body(values) }
        }
    }
}

// Functions for other targets use one form of text: a generic function of this target would not be specialized there.

extension KeyRow {
    /// Reads a row.
    ///
    /// - Parameter values: one for each of ``KeyColumn/all``.
    package init(columns values: UnsafeBufferPointer<ColumnValue>) throws(DamagedRow) {
        try self.init(reading: values)
    }
}

extension KeyRecord {
    /// Passes the record's values, one for each of ``KeyColumn/all``.
    package func withColumns(_ body: (UnsafeBufferPointer<ColumnValue>) -> Void) { withValues { body($0) } }

    /// The record with the values of `row`.
    package init(_ row: KeyRow) { self = row.withValues { KeyRecord(converted: $0) } }

    /// Passes the record as a row.
    package func withRow<R>(_ body: (KeyRow) throws -> R) rethrows -> R {
        try withValues { try body(KeyRow(converted: $0)) }
    }
}

private struct ColumnNames: KeyFieldVisitor {
    typealias Text = String
    var columns: [KeyColumn] = []

    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?, near guess: Int64) {
        add(field, .number)
    }
    mutating func text(_ field: KeyField, _ value: inout String?) { add(field, .text) }
    mutating func scopes(_ field: KeyField, _ value: inout [String]) { add(field, .text) }
    mutating func digest(_ field: KeyField, _ value: inout Digest) { add(field, .digest) }

    private mutating func add(_ field: KeyField, _ kind: KeyColumn.Kind) {
        columns.append(
            KeyColumn(
                name: "\(field.column)", kind: kind, version: field.version, isSealed: field.home != .ledger))
    }
}

private struct ColumnReader<Text: FieldText>: KeyFieldVisitor {
    let values: UnsafeBufferPointer<ColumnValue>
    var index = 0

    @inline(__always)
    private mutating func next() -> ColumnValue {
        defer { index += 1 }
        return values[index]
    }

    @inline(__always)
    mutating func number<N: FieldNumber>(
        _ field: KeyField, _ value: inout N?, near guess: Int64
    ) throws(DamagedRow) {
        guard case .number(let number) = next() else { return value = nil }
        value = N(fieldNumber: number)
        if value == nil { throw DamagedRow() }
    }

    @inline(__always)
    mutating func text(_ field: KeyField, _ value: inout Text?) throws(DamagedRow) {
        if case .text(let text) = next() { value = Text(text) } else { value = nil }
    }

    @inline(__always)
    mutating func scopes(_ field: KeyField, _ value: inout Text.ScopeList) throws(DamagedRow) {
        guard case .text(let text) = next(), let scopes = Text.scopes(text) else { throw DamagedRow() }
        value = scopes
    }

    @inline(__always)
    mutating func digest(_ field: KeyField, _ value: inout Digest) throws(DamagedRow) {
        guard case .digest(let bytes) = next(), let digest = Digest(bytes) else { throw DamagedRow() }
        value = digest
    }
}

private struct ColumnWriter<Text: FieldText>: KeyFieldVisitor {
    var values: [ColumnValue] = []
    let loan = TextLoan()

    init() { values.reserveCapacity(KeyColumn.all.count) }

    @inline(__always)
    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?, near guess: Int64) {
        values.append(value.map { .number($0.fieldNumber) } ?? .null)
    }

    @inline(__always)
    mutating func text(_ field: KeyField, _ value: inout Text?) {
        values.append(value.map { .text($0.borrowed(loan)) } ?? .null)
    }

    @inline(__always)
    mutating func scopes(_ field: KeyField, _ value: inout Text.ScopeList) {
        values.append(.text(Text.borrowed(value, loan)))
    }

    @inline(__always)
    mutating func digest(_ field: KeyField, _ value: inout Digest) {
        values.append(.digest(loan.lend(value)))
    }
}

extension Digest {
    /// `nil` unless there are 32 bytes.
    fileprivate init?(_ text: BorrowedText) {
        guard text.count == 32 else { return nil }
        let bytes = text.bytes
        self.init(words: .zero)
        for word in 0..<4 {
            words[word] = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
        }
    }
}

extension TextLoan {
    fileprivate func lend(_ digest: Digest) -> BorrowedText {
        digest.bytes.withUnsafeBytes { lend($0) }
    }
}
