// Single fields of a key, read from its text without the others.
extension KeyText {
    /// The public prefix of the key.
    var prefix: UnsafeRawBufferPointer { find(.prefix).text?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0) }

    /// The pepper of its digest.
    var pepper: PepperID { find(.pepper).number.flatMap { PepperID(fieldNumber: $0) } ?? PepperID(rawValue: 0) }

    /// The numbers of its successor and its predecessor.
    var links: (successor: Int64?, predecessor: Int64?) {
        // The list has the predecessor first.
        let finder = find(.successor)
        return (finder.number, finder.predecessor)
    }

    /// The scopes of the key.
    var scopeList: [String] {
        guard head.isWhole else { return plainScopes }
        return find(.scopes).text.flatMap { ScopeText.decode($0.bytes) } ?? []
    }

    /// Whether the name, or a packed text that searches compare, `matches`. If the reply is not whole, the owner's
    /// texts are in JSON, not packed.
    func anyPackedText(_ matches: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        if matches(name) { return true }
        return withoutActuallyEscaping(matches) { matches in
            var search = TextSearch(position: PackedPosition(self), matches: matches)
            var key = KeyRow()
            do {
                try key.visit(&search)
                return false
            } catch {
                return true
            }
        }
    }

    @inline(__always)
    private func find(_ target: KeyField.Lookup) -> FieldFinder {
        var finder = FieldFinder(position: PackedPosition(self), target: target)
        var key = KeyRow()
        try? key.visit(&finder)
        return finder
    }
}

/// Ends a visit.
private struct Found: Error {}

/// Skips packed fields until it finds one.
private struct FieldFinder: KeyFieldVisitor {
    var position: PackedPosition
    let target: KeyField.Lookup
    /// The result.
    var (number, text): (Int64?, BorrowedText?)
    /// The predecessor, from the skipped fields.
    var predecessor: Int64?

    init(position: PackedPosition, target: KeyField.Lookup) { (self.position, self.target) = (position, target) }

    @inline(__always)
    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?, near guess: Int64) throws(Found) {
        let number =
            field.isPacked(position.isWhole) && position.takePresence() && !field.isPresenceAlone
            ? position.number() : nil
        try end(field, number, nil)
    }

    @inline(__always)
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) throws(Found) {
        let number = field.isPacked(position.isWhole) && position.takePresence() ? position.number() : nil
        try end(field, number ?? 0, nil)
    }

    @inline(__always)
    mutating func text(_ field: KeyField, _ value: inout BorrowedText?) throws(Found) {
        let text = field.isPacked(position.isWhole) && position.takePresence() ? position.bytes() : nil
        try end(field, nil, text)
    }

    @inline(__always)
    mutating func visit(_ field: KeyField, _ value: inout BorrowedText) throws(Found) {
        if field.isPacked(position.isWhole) { try end(field, nil, position.bytes()) }
    }

    @inline(__always)
    mutating func scopes(_ field: KeyField, _ value: inout BorrowedScopes) throws(Found) {
        if field.isPacked(position.isWhole) { try end(field, nil, position.bytes()) }
    }

    @inline(__always) mutating func digest(_ field: KeyField, _ value: inout Digest) throws(Found) {}

    @inline(__always)
    private mutating func end(_ field: KeyField, _ number: Int64?, _ text: BorrowedText?) throws(Found) {
        if field.lookup == .predecessor { predecessor = number }
        guard field.lookup == target else { return }
        (self.number, self.text) = (number, text)
        throw Found()
    }
}

/// Skips packed fields until a searchable text matches.
private struct TextSearch: KeyFieldVisitor {
    var position: PackedPosition
    let matches: (UnsafeRawBufferPointer) -> Bool

    @inline(__always)
    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?, near guess: Int64) throws(Found) {
        guard field.isPacked(position.isWhole), position.takePresence(), !field.isPresenceAlone else { return }
        _ = position.number()
    }

    @inline(__always)
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) throws(Found) {
        if field.isPacked(position.isWhole), position.takePresence() { _ = position.number() }
    }

    @inline(__always)
    mutating func text(_ field: KeyField, _ value: inout BorrowedText?) throws(Found) {
        if field.isPacked(position.isWhole), position.takePresence() { try look(field, position.bytes()) }
    }

    @inline(__always)
    mutating func visit(_ field: KeyField, _ value: inout BorrowedText) throws(Found) {
        if field.isPacked(position.isWhole) { try look(field, position.bytes()) }
    }

    @inline(__always)
    mutating func scopes(_ field: KeyField, _ value: inout BorrowedScopes) throws(Found) {
        if field.isPacked(position.isWhole) { _ = position.bytes() }
    }

    @inline(__always) mutating func digest(_ field: KeyField, _ value: inout Digest) throws(Found) {}

    @inline(__always)
    private func look(_ field: KeyField, _ text: BorrowedText) throws(Found) {
        if field.isSearched, matches(text.bytes) { throw Found() }
    }
}
