import KeywardBase

// How the rest of a key's row stands behind the pieces of its text: which members there are, then each in its order.
// What the hot key has, its number, workspace, creation and expiry among it, does not stand here a second time.
// Memory alone holds it, so it may change with every build.

/// Which of the members that a row may lack there are.
struct PackedMembers: OptionSet {
    var rawValue: UInt32

    static let user = PackedMembers(rawValue: 1)
    static let expiresAt = PackedMembers(rawValue: 1 << 1)
    static let lifetime = PackedMembers(rawValue: 1 << 2)
    static let purpose = PackedMembers(rawValue: 1 << 3)
    static let disabledAt = PackedMembers(rawValue: 1 << 4)
    static let successor = PackedMembers(rawValue: 1 << 5)
    /// The lifetime is the time from the creation to the expiry, and does not stand here.
    static let wholeLife = PackedMembers(rawValue: 1 << 6)
    static let graceEndsAt = PackedMembers(rawValue: 1 << 7)
    static let sweepMarks = PackedMembers(rawValue: 1 << 8)
    static let revocation = PackedMembers(rawValue: 1 << 9)
    static let revokedByUser = PackedMembers(rawValue: 1 << 10)
    static let revocationNote = PackedMembers(rawValue: 1 << 11)
    static let origin = PackedMembers(rawValue: 1 << 12)
    static let startsNow = PackedMembers(rawValue: 1 << 13)
    static let firstUsedAt = PackedMembers(rawValue: 1 << 14)
    /// Owner, scopes and metadata stand here, for the reply is whole.
    static let texts = PackedMembers(rawValue: 1 << 15)
    static let owner = PackedMembers(rawValue: 1 << 16)
    static let ownerName = PackedMembers(rawValue: 1 << 17)
    static let ownerContact = PackedMembers(rawValue: 1 << 18)
    static let ownerPrincipal = PackedMembers(rawValue: 1 << 19)

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(of key: KeyRow, isWhole: Bool) {
        self = []
        set(.user, !key.createdByUser.isNone)
        set(.expiresAt, key.expiresAt != nil)
        set(.lifetime, key.lifetime != nil)
        set(.wholeLife, Self.isWholeLife(key))
        set(.purpose, !key.purpose.isNone)
        set(.disabledAt, key.disabledAt != nil)
        if let revocation = key.revocation {
            set(.revocation, true)
            set(.revokedByUser, !revocation.byUser.isNone)
            set(.revocationNote, !revocation.note.isNone)
        }
        if let origin = key.origin {
            set(.origin, true)
            set(.startsNow, origin.startsNow)
            set(.firstUsedAt, origin.firstUsedAt != nil)
        }
        set(.successor, key.successor != nil)
        set(.graceEndsAt, key.graceEndsAt != nil)
        set(.sweepMarks, key.sweepMarks != [])
        guard isWhole else { return }
        set(.texts, true)
        set(.owner, key.hasOwner)
        set(.ownerName, !key.ownerName.isNone)
        set(.ownerContact, !key.ownerContact.isNone)
        set(.ownerPrincipal, !key.ownerPrincipal.isNone)
    }

    /// Whether its lifetime is the time from its creation to its expiry.
    private static func isWholeLife(_ key: KeyRow) -> Bool {
        guard let lifetime = key.lifetime, let end = key.expiresAt else { return false }
        let (span, overflows) = end.milliseconds.subtractingReportingOverflow(key.createdAt.milliseconds)
        return !overflows && span == lifetime.milliseconds
    }

    private mutating func set(_ member: PackedMembers, _ isThere: Bool) {
        if isThere { rawValue |= member.rawValue }
    }
}

extension ByteBuffer {
    /// - Parameter scopes: only looked at if the reply is whole.
    mutating func appendRest(of key: KeyRow, isWhole: Bool, scopes: [String] = []) {
        let members = PackedMembers(of: key, isWhole: isWhole)
        append(Int64(members.rawValue))
        append(counted: key.prefix)
        if isWhole { appendTexts(of: key, scopes) }
        append(Int64(key.pepper.rawValue))
        append(Int64(key.createdBy))
        append(counted: key.createdByUser)
        if !members.contains(.wholeLife) { append(key.lifetime?.milliseconds) }
        append(counted: key.purpose)
        append(key.disabledAt?.milliseconds)
        if let revocation = key.revocation {
            append(revocation.at.milliseconds)
            append(Int64(revocation.by))
            append(counted: revocation.byUser)
            append(counted: revocation.reason)
            append(counted: revocation.note)
        }
        if let origin = key.origin {
            append(origin.predecessor)
            append(origin.startedAt.milliseconds)
            append(origin.grace.milliseconds)
            append(origin.firstUsedAt?.milliseconds)
        }
        append(key.successor)
        append(key.graceEndsAt?.milliseconds)
        if key.sweepMarks != [] { append(Int64(key.sweepMarks.rawValue)) }
    }

    private mutating func appendTexts(of key: KeyRow, _ scopes: [String]) {
        append(counted: key.ownerName)
        append(counted: key.ownerContact)
        append(counted: key.ownerPrincipal)
        append(counted: key.metadata)
        append(Int64(scopes.count))
        for var scope in scopes {
            scope.withUTF8 { append(counted: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Seven bits a byte, the lowest first; the sign is the lowest bit of all.
    private mutating func append(_ number: Int64?) {
        guard let number else { return }
        var rest = UInt64(bitPattern: number << 1 ^ number >> 63)
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    private mutating func append(counted text: BorrowedText) {
        if !text.isNone { append(counted: text.bytes) }
    }

    private mutating func append(counted text: UnsafeRawBufferPointer) {
        append(Int64(text.count))
        append(text)
    }
}

private struct PackedReader {
    var position: UnsafeRawPointer

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

    mutating func bytes() -> UnsafeRawBufferPointer {
        let count = Int(number())
        defer { position += count }
        return UnsafeRawBufferPointer(start: position, count: count)
    }

    mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }
    mutating func instant() -> Instant { Instant(milliseconds: number()) }
    mutating func actor(hasUser: Bool) -> Actor { Actor(uid: UInt32(number()), user: hasUser ? text() : nil) }

    mutating func members() -> PackedMembers { PackedMembers(rawValue: UInt32(number())) }

    /// Passes over what stands before the pepper: the prefix, and owner, metadata and scopes of a key whose reply is
    /// whole.
    mutating func skipTexts(_ members: PackedMembers) {
        _ = bytes()
        guard members.contains(.texts) else { return }
        if members.contains(.ownerName) { _ = bytes() }
        if members.contains(.ownerContact) { _ = bytes() }
        if members.contains(.ownerPrincipal) { _ = bytes() }
        _ = bytes()
        for _ in 0..<number() { _ = bytes() }
    }

    /// Passes over pepper, creator and lifetime.
    mutating func skipToPurpose(_ members: PackedMembers) {
        for _ in 0..<2 { _ = number() }
        if members.contains(.user) { _ = bytes() }
        if members.contains(.lifetime), !members.contains(.wholeLife) { _ = number() }
    }

    /// Owner, metadata and scopes of a key whose reply is whole.
    mutating func texts(_ members: PackedMembers) -> KeyTexts {
        let name = members.contains(.ownerName) ? text() : nil
        let contact = members.contains(.ownerContact) ? text() : nil
        let principal = members.contains(.ownerPrincipal) ? text() : nil
        let owner =
            members.contains(.owner) ? OwnerRecord(name: name, contact: contact, principal: principal) : nil
        return KeyTexts(owner: owner, metadata: text(), scopes: (0..<number()).map { _ in text() })
    }
}

/// What stands in the pieces of a text, or packed if its reply is whole.
private struct KeyTexts {
    var owner: OwnerRecord?
    var metadata: String
    var scopes: [String]
}

extension KeyRecord {
    /// The record of `key`, whose text is `text`.
    init(_ key: borrowing HotKey, _ text: KeyText) {
        var rest = PackedReader(position: text.rest.baseAddress!)
        let members = rest.members()
        let prefix = rest.text()
        let texts =
            members.contains(.texts)
            ? rest.texts(members)
            : KeyTexts(
                owner: text.plainOwner, metadata: String(decoding: text.metadata, as: UTF8.self),
                scopes: text.plainScopes)
        self.init(
            number: key.number, id: String(decoding: text.id, as: UTF8.self), workspace: key.workspace,
            name: String(decoding: text.name, as: UTF8.self), prefix: prefix, digest: key.digest,
            pepper: PepperID(rawValue: UInt32(rest.number())), createdAt: key.createdAt,
            createdBy: rest.actor(hasUser: members.contains(.user)), owner: texts.owner, scopes: texts.scopes,
            metadata: texts.metadata, ledger: key.place)
        if members.contains(.expiresAt) { expiresAt = key.expiresAt }
        if members.contains(.wholeLife) {
            lifetime = expiresAt.map { $0 - createdAt }
        } else if members.contains(.lifetime) {
            lifetime = Instant.Span(milliseconds: rest.number())
        }
        if members.contains(.purpose) { purpose = rest.text() }
        if members.contains(.disabledAt) { disabledAt = rest.instant() }
        if members.contains(.revocation) {
            revocation = Revocation(
                at: rest.instant(), by: rest.actor(hasUser: members.contains(.revokedByUser)), reason: rest.text(),
                note: members.contains(.revocationNote) ? rest.text() : nil)
        }
        if members.contains(.origin) {
            origin = Rotation(
                predecessor: rest.number(), startedAt: rest.instant(),
                grace: Instant.Span(milliseconds: rest.number()), startsNow: members.contains(.startsNow),
                firstUsedAt: members.contains(.firstUsedAt) ? rest.instant() : nil)
        }
        if members.contains(.successor) { successor = rest.number() }
        if members.contains(.graceEndsAt) { graceEndsAt = rest.instant() }
        if members.contains(.sweepMarks) { sweepMarks = SweepMarks(rawValue: Int(rest.number())) }
    }
}

extension KeyText {
    /// What a person sees of the key.
    var prefix: UnsafeRawBufferPointer {
        var reader = PackedReader(position: rest.baseAddress!)
        _ = reader.members()
        return reader.bytes()
    }

    /// The pepper of its digest.
    var pepper: PepperID {
        var reader = PackedReader(position: rest.baseAddress!)
        reader.skipTexts(reader.members())
        return PepperID(rawValue: UInt32(reader.number()))
    }

    /// The numbers of the keys that took over from it, and that it took over from.
    var links: (successor: Int64?, predecessor: Int64?) {
        var reader = PackedReader(position: rest.baseAddress!)
        let members = reader.members()
        guard !members.isDisjoint(with: [.successor, .origin]) else { return (nil, nil) }
        reader.skipTexts(members)
        reader.skipToPurpose(members)
        if members.contains(.purpose) { _ = reader.bytes() }
        if members.contains(.disabledAt) { _ = reader.number() }
        if members.contains(.revocation) {
            for _ in 0..<2 { _ = reader.number() }
            if members.contains(.revokedByUser) { _ = reader.bytes() }
            _ = reader.bytes()
            if members.contains(.revocationNote) { _ = reader.bytes() }
        }
        var predecessor: Int64?
        if members.contains(.origin) {
            predecessor = reader.number()
            for _ in 0..<2 { _ = reader.number() }
            if members.contains(.firstUsedAt) { _ = reader.number() }
        }
        return (members.contains(.successor) ? reader.number() : nil, predecessor)
    }

    /// Whether any of the texts that a search looks at `matches`: name, prefix, owner's name and contact, purpose. Only
    /// where the reply is whole; else the owner's stand in JSON.
    func anyPackedText(_ matches: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        if matches(name) { return true }
        var reader = PackedReader(position: rest.baseAddress!)
        let members = reader.members()
        if matches(reader.bytes()) { return true }
        if members.contains(.ownerName), matches(reader.bytes()) { return true }
        if members.contains(.ownerContact), matches(reader.bytes()) { return true }
        guard members.contains(.purpose) else { return false }
        reader = PackedReader(position: rest.baseAddress!)
        reader.skipTexts(reader.members())
        reader.skipToPurpose(members)
        return matches(reader.bytes())
    }

    /// Only where the reply is not whole.
    var plainPurpose: UnsafeRawBufferPointer? {
        var reader = PackedReader(position: rest.baseAddress!)
        let members = reader.members()
        guard members.contains(.purpose) else { return nil }
        reader.skipTexts(members)
        reader.skipToPurpose(members)
        return reader.bytes()
    }

    /// What the key may be used for.
    var scopeList: [String] {
        var reader = PackedReader(position: rest.baseAddress!)
        let members = reader.members()
        guard members.contains(.texts) else { return plainScopes }
        _ = reader.bytes()
        return reader.texts(members).scopes
    }
}
