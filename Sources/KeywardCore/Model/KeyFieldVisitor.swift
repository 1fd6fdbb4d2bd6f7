/// A field of a key in the list of fields.
struct KeyField {
    /// The name of its column.
    let column: StaticString
    /// The place of the field in memory.
    let home: Home
    /// Whether a search of keys compares it.
    let isSearched: Bool
    /// The kind of look-up that reads it alone.
    let lookup: Lookup
    /// The version of the schema that added it.
    let version: Int

    @inline(__always)
    init(
        _ column: StaticString, in home: Home = .rest, isSearched: Bool = false, lookup: Lookup = .none,
        since version: Int = 1
    ) {
        self.column = column
        self.home = home
        self.isSearched = isSearched
        self.lookup = lookup
        self.version = version
    }

    /// The fields that are read from a key's text without the others.
    enum Lookup {
        case none, prefix, pepper, scopes, predecessor, successor
    }

    enum Home {
        /// The hot key, which always has a value for it; or only if the packed form says so.
        case hotKey, hotKeyIfAny
        /// The text's first pieces.
        case pieces
        /// The pieces of the reply; packed if the reply is whole.
        case reply
        /// The packed form.
        case rest
        /// The ledger's slot that the hot key points to.
        case ledger
    }
}

/// Visits the fields of a key in the order of their list, to read, write or find them.
///
/// The compiler knows all types: each visitor becomes straight-line code.
protocol KeyFieldVisitor {
    associatedtype Text: FieldText
    associatedtype Failure: Error

    /// - Parameter guess: the usual value.
    mutating func number<N: FieldNumber>(
        _ field: KeyField, _ value: inout N?, near guess: Int64
    ) throws(Failure)
    mutating func text(_ field: KeyField, _ value: inout Text?) throws(Failure)
    mutating func scopes(_ field: KeyField, _ value: inout Text.ScopeList) throws(Failure)
    mutating func digest(_ field: KeyField, _ value: inout Digest) throws(Failure)
    /// A required number.
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) throws(Failure)
    /// A required text.
    mutating func visit(_ field: KeyField, _ value: inout Text) throws(Failure)
}

extension KeyFieldVisitor {
    @inline(__always)
    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?) throws(Failure) {
        try number(field, &value, near: 0)
    }

    @inline(__always)
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) throws(Failure) {
        var number: N? = value
        try self.number(field, &number, near: 0)
        if let number { value = number }
    }

    @inline(__always)
    mutating func visit(_ field: KeyField, _ value: inout Text) throws(Failure) {
        var text: Text? = value
        try self.text(field, &text)
        if let text { value = text }
    }
}
