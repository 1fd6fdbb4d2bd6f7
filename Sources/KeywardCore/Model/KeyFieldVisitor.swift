/// A field of a key, as the list of fields names it.
struct KeyField {
    /// The name of its column.
    let column: StaticString
    /// Where memory has it.
    let home: Home
    /// Whether a search of keys looks at it.
    let isSearched: Bool
    /// As what it is read alone.
    let lookup: Lookup
    /// The version of the schema that brought it.
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
        /// The hot key, which has a value for it in any case; or only if the packed form says so.
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

/// Goes through the fields of a key in the order of their list: reads them, or writes them, or looks for one.
///
/// Everything is known to the compiler: a visit becomes straight code for each visitor.
protocol KeyFieldVisitor {
    associatedtype Text: FieldText
    associatedtype Failure: Error

    /// - Parameter guess: what its number nearly always is.
    mutating func number<N: FieldNumber>(
        _ field: KeyField, _ value: inout N?, near guess: Int64
    ) throws(Failure)
    mutating func text(_ field: KeyField, _ value: inout Text?) throws(Failure)
    mutating func scopes(_ field: KeyField, _ value: inout Text.ScopeList) throws(Failure)
    mutating func digest(_ field: KeyField, _ value: inout Digest) throws(Failure)
    /// A number that is always there.
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) throws(Failure)
    /// A text that is always there.
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
