// How the rest of a record stands behind the pieces of its text: which members there are, then each in its order.
// Memory alone holds it, so it may change with every build.

/// Which of the members that a record may lack there are.
private struct Members: OptionSet {
    var rawValue: UInt32

    static let user = Members(rawValue: 1)
    static let expiresAt = Members(rawValue: 1 << 1)
    static let lifetime = Members(rawValue: 1 << 2)
    static let purpose = Members(rawValue: 1 << 3)
    static let disabledAt = Members(rawValue: 1 << 4)
    static let revocation = Members(rawValue: 1 << 5)
    static let revokedByUser = Members(rawValue: 1 << 6)
    static let revocationNote = Members(rawValue: 1 << 7)
    static let origin = Members(rawValue: 1 << 8)
    static let startsNow = Members(rawValue: 1 << 9)
    static let firstUsedAt = Members(rawValue: 1 << 10)
    static let successor = Members(rawValue: 1 << 11)
    static let graceEndsAt = Members(rawValue: 1 << 12)
    static let told = Members(rawValue: 1 << 13)
    static let ledger = Members(rawValue: 1 << 14)
    /// Owner, scopes and metadata stand here, for the reply is whole.
    static let texts = Members(rawValue: 1 << 15)
    static let owner = Members(rawValue: 1 << 16)
    static let ownerName = Members(rawValue: 1 << 17)
    static let ownerContact = Members(rawValue: 1 << 18)
    static let ownerPrincipal = Members(rawValue: 1 << 19)
    /// The lifetime is the time from the creation to the expiry, and does not stand here.
    static let wholeLife = Members(rawValue: 1 << 20)

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(of key: KeyRecord, isWhole: Bool) {
        self = []
        set(.user, key.createdBy.user != nil)
        set(.expiresAt, key.expiresAt != nil)
        set(.lifetime, key.lifetime != nil)
        set(.wholeLife, Self.isWholeLife(key))
        set(.purpose, key.purpose != nil)
        set(.disabledAt, key.disabledAt != nil)
        if let revocation = key.revocation {
            set(.revocation, true)
            set(.revokedByUser, revocation.by.user != nil)
            set(.revocationNote, revocation.note != nil)
        }
        if let origin = key.origin {
            set(.origin, true)
            set(.startsNow, origin.startsNow)
            set(.firstUsedAt, origin.firstUsedAt != nil)
        }
        set(.successor, key.successor != nil)
        set(.graceEndsAt, key.graceEndsAt != nil)
        set(.told, key.told != [])
        set(.ledger, key.ledger != nil)
        set(.owner, key.owner != nil)
        guard isWhole else { return }
        set(.texts, true)
        set(.ownerName, key.owner?.name != nil)
        set(.ownerContact, key.owner?.contact != nil)
        set(.ownerPrincipal, key.owner?.principal != nil)
    }

    /// Whether its lifetime is the time from its creation to its expiry.
    private static func isWholeLife(_ key: KeyRecord) -> Bool {
        guard let lifetime = key.lifetime, let end = key.expiresAt else { return false }
        let (span, overflows) = end.milliseconds.subtractingReportingOverflow(key.createdAt.milliseconds)
        return !overflows && span == lifetime.milliseconds
    }

    private mutating func set(_ member: Members, _ isThere: Bool) {
        if isThere { rawValue |= member.rawValue }
    }
}

struct PackedWriter {
    var bytes: [UInt8]

    mutating func appendRest(of key: KeyRecord, isWhole: Bool) {
        let members = Members(of: key, isWhole: isWhole)
        append(Int64(members.rawValue))
        append(key.number)
        append(key.workspace)
        append(key.prefix)
        append(Int64(key.pepper.rawValue))
        append(key.createdAt)
        append(Int64(key.createdBy.uid))
        append(key.createdBy.user)
        append(key.expiresAt)
        if !members.contains(.wholeLife) { append(key.lifetime?.milliseconds) }
        append(key.purpose)
        append(key.disabledAt)
        if let revocation = key.revocation {
            append(revocation.at)
            append(Int64(revocation.by.uid))
            append(revocation.by.user)
            append(revocation.reason)
            append(revocation.note)
        }
        if let origin = key.origin {
            append(origin.predecessor)
            append(origin.startedAt)
            append(origin.grace.milliseconds)
            append(origin.firstUsedAt)
        }
        append(key.successor)
        append(key.graceEndsAt)
        if key.told != [] { append(Int64(key.told.rawValue)) }
        if let ledger = key.ledger {
            append(Int64(ledger.slot))
            append(Int64(ledger.generation))
        }
        guard isWhole else { return }
        append(key.owner?.name)
        append(key.owner?.contact)
        append(key.owner?.principal)
        append(Int64(key.scopes.count))
        key.scopes.forEach { append($0) }
        append(key.metadata)
    }

    /// Seven bits a byte, the lowest first; the sign is the lowest bit of all.
    private mutating func append(_ number: Int64?) {
        guard let number else { return }
        var rest = UInt64(bitPattern: number << 1 ^ number >> 63)
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(_ instant: Instant?) { append(instant?.milliseconds) }

    private mutating func append(_ text: String?) {
        guard let text else { return }
        append(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
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
}

extension KeyRecord {
    /// The record that `text` was made of; the key has `digest`.
    init(_ text: KeyText, digest: Digest) {
        var rest = PackedReader(position: text.rest.baseAddress!)
        let members = Members(rawValue: UInt32(rest.number()))
        self.init(
            number: rest.number(), id: String(decoding: text.id, as: UTF8.self), workspace: rest.number(),
            name: String(decoding: text.name, as: UTF8.self), prefix: rest.text(), digest: digest,
            pepper: PepperID(rawValue: UInt32(rest.number())), createdAt: rest.instant(),
            createdBy: rest.actor(hasUser: members.contains(.user)))
        if members.contains(.expiresAt) { expiresAt = rest.instant() }
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
        if members.contains(.told) { told = SweepMarks(rawValue: Int(rest.number())) }
        if members.contains(.ledger) {
            ledger = LedgerPlace(slot: UInt32(rest.number()), generation: UInt32(rest.number()))
        }
        readTexts(text, members, &rest)
    }

    private mutating func readTexts(_ text: KeyText, _ members: Members, _ rest: inout PackedReader) {
        guard members.contains(.texts) else {
            (owner, scopes) = (text.plainOwner, text.plainScopes)
            metadata = String(decoding: text.metadata, as: UTF8.self)
            return
        }
        let name = members.contains(.ownerName) ? rest.text() : nil
        let contact = members.contains(.ownerContact) ? rest.text() : nil
        let principal = members.contains(.ownerPrincipal) ? rest.text() : nil
        if members.contains(.owner) { owner = OwnerRecord(name: name, contact: contact, principal: principal) }
        scopes = (0..<rest.number()).map { _ in rest.text() }
        metadata = rest.text()
    }
}

extension KeyText {
    /// What a person sees of the key.
    var prefix: UnsafeRawBufferPointer {
        var reader = PackedReader(position: rest.baseAddress!)
        for _ in 0..<3 { _ = reader.number() }
        return reader.bytes()
    }

    var purpose: UnsafeRawBufferPointer? {
        var reader = PackedReader(position: rest.baseAddress!)
        let members = Members(rawValue: UInt32(reader.number()))
        guard members.contains(.purpose) else { return nil }
        // Number and workspace, prefix, pepper and instant and uid.
        for _ in 0..<2 { _ = reader.number() }
        _ = reader.bytes()
        for _ in 0..<3 { _ = reader.number() }
        if members.contains(.user) { _ = reader.bytes() }
        if members.contains(.expiresAt) { _ = reader.number() }
        if members.contains(.lifetime), !members.contains(.wholeLife) { _ = reader.number() }
        return reader.bytes()
    }
}
