/// A key's row while it is read: numbers, and texts that the reader holds. What a start reads of a million keys is
/// packed from it, without a ``KeyRecord`` in between.
package struct KeyRow {
    package var number: Int64 = 0
    package var id = BorrowedText.none
    package var workspace: Int64 = 0
    package var nameText = BorrowedText.none
    package var prefix = BorrowedText.none
    package var digest = Digest(words: .zero)
    package var pepper = PepperID(rawValue: 0)
    package var createdAt = Instant.distantPast
    package var createdBy: UInt32 = 0
    package var createdByUser = BorrowedText.none
    package var expiresAt: Instant?
    package var lifetime: Instant.Span?
    package var hasOwner = false
    package var ownerName = BorrowedText.none
    package var ownerContact = BorrowedText.none
    package var ownerPrincipal = BorrowedText.none
    package var purpose = BorrowedText.none
    /// As ``ScopeText/encode(_:)`` writes them.
    package private(set) var scopes = BorrowedText.none
    /// Whether ``ScopeText/isPlain(_:)`` holds for them.
    package private(set) var scopesArePlain = false
    package var metadata = BorrowedText.none
    package var disabledAt: Instant?
    package var revocation: Revocation?
    package var origin: KeyRecord.Rotation?
    package var successor: Int64?
    package var graceEndsAt: Instant?
    package var sweepMarks: SweepMarks = []
    package var ledger: LedgerSlot?

    package init() {}

    /// Sets the scopes; whether they are scopes at all.
    package mutating func setScopes(_ text: BorrowedText) -> Bool {
        scopes = text
        scopesArePlain = ScopeText.isPlain(text.bytes)
        return scopesArePlain || ScopeText.decode(text.bytes) != nil
    }

    package struct Revocation {
        package var at: Instant
        package var by: UInt32
        package var byUser: BorrowedText
        package var reason: BorrowedText
        package var note: BorrowedText

        package init(at: Instant, by: UInt32, byUser: BorrowedText, reason: BorrowedText, note: BorrowedText) {
            (self.at, self.by, self.byUser, self.reason, self.note) = (at, by, byUser, reason, note)
        }
    }
}

extension KeyRow: KeyTerms {
    package var name: String { nameText.string ?? "" }
    package var revokedAt: Instant? { revocation?.at }
}

extension KeyRecord {
    /// The record that `row` tells of.
    package init(_ row: KeyRow) {
        self.init(
            number: row.number, id: row.id.string ?? "", workspace: row.workspace, name: row.name,
            prefix: row.prefix.string ?? "", digest: row.digest, pepper: row.pepper, createdAt: row.createdAt,
            createdBy: Actor(uid: row.createdBy, user: row.createdByUser.string), expiresAt: row.expiresAt,
            lifetime: row.lifetime, purpose: row.purpose.string, scopes: ScopeText.decode(row.scopes.bytes) ?? [],
            metadata: row.metadata.string ?? "", disabledAt: row.disabledAt, origin: row.origin,
            successor: row.successor, graceEndsAt: row.graceEndsAt, sweepMarks: row.sweepMarks, ledger: row.ledger)
        if row.hasOwner {
            owner = OwnerRecord(
                name: row.ownerName.string, contact: row.ownerContact.string, principal: row.ownerPrincipal.string)
        }
        revocation = row.revocation.map { found in
            Revocation(
                at: found.at, by: Actor(uid: found.by, user: found.byUser.string), reason: found.reason.string ?? "",
                note: found.note.string)
        }
    }

    /// Lends the record as a row.
    package func withRow<R>(_ body: (KeyRow) throws -> R) rethrows -> R {
        var row = KeyRow()
        (row.number, row.workspace, row.digest, row.pepper) = (number, workspace, digest, pepper)
        (row.createdAt, row.createdBy, row.expiresAt, row.lifetime) = (createdAt, createdBy.uid, expiresAt, lifetime)
        (row.hasOwner, row.disabledAt, row.origin, row.successor) = (owner != nil, disabledAt, origin, successor)
        (row.graceEndsAt, row.sweepMarks, row.ledger) = (graceEndsAt, sweepMarks, ledger)
        let texts: [String?] = [
            id, name, prefix, createdBy.user, owner?.name, owner?.contact, owner?.principal, purpose,
            ScopeText.encode(scopes), metadata, revocation?.by.user, revocation?.reason, revocation?.note,
        ]
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 1 + texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) }, alignment: 1)
        defer { bytes.deallocate() }
        var end = 0
        let lent = texts.map { text in
            guard let text else { return BorrowedText.none }
            let start = end
            for byte in text.utf8 {
                bytes[end] = byte
                end += 1
            }
            return BorrowedText(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
        (row.id, row.nameText, row.prefix, row.createdByUser) = (lent[0], lent[1], lent[2], lent[3])
        (row.ownerName, row.ownerContact, row.ownerPrincipal, row.purpose) = (lent[4], lent[5], lent[6], lent[7])
        _ = row.setScopes(lent[8])
        row.metadata = lent[9]
        row.revocation = revocation.map {
            KeyRow.Revocation(at: $0.at, by: $0.by.uid, byUser: lent[10], reason: lent[11], note: lent[12])
        }
        return try body(row)
    }
}
