import KeywardBase

// The format of the fields after the pieces of a key's text, in the order of the list of fields. First comes a number
// with one bit for each optional field, set if it is present, then each present field. Fields of the hot key are not
// repeated. The format exists only in memory, so it may change with every build.

/// The presence of the optional fields: one bit for each, in the order of the list.
struct PackedPresence {
    private var bits: UInt64
    private var next: UInt64 = 1

    init(bits: UInt64 = 0) { self.bits = bits }

    var number: Int64 { Int64(bitPattern: bits) }

    @inline(__always)
    mutating func add(_ isThere: Bool) {
        if isThere { bits |= next }
        next <<= 1
    }

    /// Whether the next field is present.
    @inline(__always)
    mutating func take() -> Bool {
        defer { bits >>= 1 }
        return bits & 1 != 0
    }
}

extension KeyField {
    /// Whether the packed form contains the field or its presence.
    @inline(__always)
    func isPacked(_ isWhole: Bool) -> Bool {
        switch home {
        case .rest, .hotKeyIfAny: true
        case .reply: isWhole
        case .hotKey, .pieces, .ledger: false
        }
    }

    /// Whether the packed form has only the presence of the field.
    @inline(__always)
    var isPresenceAlone: Bool { home == .hotKeyIfAny }
}

extension ByteBuffer {
    /// - Parameter isWhole: whether the text has the whole reply, so that owner, scopes and metadata are packed.
    mutating func appendRest(of key: KeyRow, isWhole: Bool) {
        var key = key
        var scan = PresenceScan(isWhole: isWhole)
        key.visit(&scan)
        append(packed: scan.presence.number)
        withUnsafeMutablePointer(to: &self) {
            var writer = PackedWriter(buffer: $0, isWhole: isWhole)
            key.visit(&writer)
        }
    }

    /// Seven bits per byte, the lowest first; the sign is the lowest bit.
    fileprivate mutating func append(packed number: Int64) {
        var rest = UInt64(bitPattern: number << 1 ^ number >> 63)
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func append(counted text: BorrowedText) {
        append(packed: Int64(text.count))
        append(text.bytes)
    }
}

/// Determines the present fields. A number of a required field is omitted if it is zero.
private struct PresenceScan: KeyFieldVisitor {
    let isWhole: Bool
    var presence = PackedPresence()

    init(isWhole: Bool) { self.isWhole = isWhole }

    @inline(__always)
    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?, near guess: Int64) {
        if field.isPacked(isWhole) { presence.add(value != nil) }
    }

    @inline(__always)
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) {
        if field.isPacked(isWhole) { presence.add(value.fieldNumber != 0) }
    }

    @inline(__always)
    mutating func text(_ field: KeyField, _ value: inout BorrowedText?) {
        if field.isPacked(isWhole) { presence.add(value != nil) }
    }

    @inline(__always) mutating func visit(_ field: KeyField, _ value: inout BorrowedText) {}
    @inline(__always) mutating func scopes(_ field: KeyField, _ value: inout BorrowedScopes) {}
    @inline(__always) mutating func digest(_ field: KeyField, _ value: inout Digest) {}
}

private struct PackedWriter: KeyFieldVisitor {
    let buffer: UnsafeMutablePointer<ByteBuffer>
    let isWhole: Bool

    @inline(__always)
    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?, near guess: Int64) {
        guard field.isPacked(isWhole), !field.isPresenceAlone, let value else { return }
        buffer.pointee.append(packed: value.fieldNumber &- guess)
    }

    @inline(__always)
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) {
        guard field.isPacked(isWhole), value.fieldNumber != 0 else { return }
        buffer.pointee.append(packed: value.fieldNumber)
    }

    @inline(__always)
    mutating func text(_ field: KeyField, _ value: inout BorrowedText?) {
        if field.isPacked(isWhole), let value { buffer.pointee.append(counted: value) }
    }

    @inline(__always)
    mutating func visit(_ field: KeyField, _ value: inout BorrowedText) {
        if field.isPacked(isWhole) { buffer.pointee.append(counted: value) }
    }

    @inline(__always)
    mutating func scopes(_ field: KeyField, _ value: inout BorrowedScopes) {
        if field.isPacked(isWhole) { buffer.pointee.append(counted: value.text) }
    }

    @inline(__always) mutating func digest(_ field: KeyField, _ value: inout Digest) {}
}

/// The position of a reader in the packed form.
struct PackedPosition {
    let isWhole: Bool
    private var position: UnsafeRawPointer
    private var presence = PackedPresence()

    init(_ text: KeyText) {
        isWhole = text.head.isWhole
        position = text.rest.baseAddress!
        presence = PackedPresence(bits: UInt64(bitPattern: number()))
    }

    @inline(__always)
    mutating func takePresence() -> Bool { presence.take() }

    @inline(__always)
    mutating func number() -> Int64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while true {
            let byte = position.load(as: UInt8.self)
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
            shift += 7
        }
    }

    @inline(__always)
    mutating func bytes() -> BorrowedText {
        let count = Int(number())
        defer { position += count }
        return BorrowedText(UnsafeRawBufferPointer(start: position, count: count))
    }
}

/// Reads the packed fields, and leaves the others unchanged.
private struct PackedReader<Text: FieldText>: KeyFieldVisitor {
    var position: PackedPosition

    @inline(__always)
    mutating func number<N: FieldNumber>(_ field: KeyField, _ value: inout N?, near guess: Int64) {
        guard field.isPacked(position.isWhole) else { return }
        guard position.takePresence() else { return value = nil }
        if !field.isPresenceAlone { value = N(fieldNumber: position.number() &+ guess) }
    }

    @inline(__always)
    mutating func visit<N: FieldNumber>(_ field: KeyField, _ value: inout N) {
        guard field.isPacked(position.isWhole), position.takePresence() else { return }
        if let number = N(fieldNumber: position.number()) { value = number }
    }

    @inline(__always)
    mutating func text(_ field: KeyField, _ value: inout Text?) {
        guard field.isPacked(position.isWhole) else { return }
        value = position.takePresence() ? Text(position.bytes()) : nil
    }

    @inline(__always)
    mutating func visit(_ field: KeyField, _ value: inout Text) {
        if field.isPacked(position.isWhole) { value = Text(position.bytes()) }
    }

    @inline(__always)
    mutating func scopes(_ field: KeyField, _ value: inout Text.ScopeList) {
        guard field.isPacked(position.isWhole) else { return }
        if let scopes = Text.scopes(position.bytes()) { value = scopes }
    }

    @inline(__always) mutating func digest(_ field: KeyField, _ value: inout Digest) {}
}

extension KeyRecord {
    /// The record of `key`, whose text is `text`.
    init(_ key: borrowing HotKey, _ text: KeyText) {
        self.init()
        (number, workspace, digest, ledger) = (key.number, key.workspace, key.digest, key.place)
        (createdAt, expiresAt) = (text.head.createdAt, key.expiresAt)
        id = String(decoding: text.id, as: UTF8.self)
        name = String(decoding: text.name, as: UTF8.self)
        if !text.head.isWhole {
            attributes.owner = text.plainOwner
            attributes.scopes = text.plainScopes
            attributes.metadata = String(decoding: text.metadata, as: UTF8.self)
        }
        var reader = PackedReader<String>(position: PackedPosition(text))
        visit(&reader)
    }
}
