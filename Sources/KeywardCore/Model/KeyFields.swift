/// The stored facts of a key. Its status is derived from them (``KeyStatus``), never stored.
///
/// There are two forms: a ``KeyRecord`` owns its texts, a ``KeyRow`` borrows them from a reader. ``visit(_:)`` is the
/// only list of the fields. Columns, the packed form in memory, and conversions between the forms follow it.
@dynamicMemberLookup
package struct KeyFields<Text: FieldText> {
    /// The row's number: 1, 2, 3, … in the order of creation, never reused.
    package var number: Int64 = 0
    /// `key_` and a ULID in lower case.
    package var id = Text.empty
    /// The number of the workspace.
    package var workspace: Int64 = 0
    package var name = Text.empty
    /// The public prefix of the key: tag, `_`, public id.
    package var prefix = Text.empty
    /// HMAC-SHA-256 of the whole key under the pepper ``pepper``; of an imported one, see ``ForeignDigest``.
    package var digest = Digest(words: .zero)
    /// The pepper of the digest.
    package var pepper = PepperID(rawValue: 0)
    package var createdAt = Instant.distantPast
    package var createdBy = ActorFields<Text>(uid: 0)
    /// The first instant at which the key no longer verifies.
    package var expiresAt: Instant?
    /// The lifetime that was granted when ``expiresAt`` was last set.
    package var lifetime: Instant.Span?
    /// The attributes from people; their members are also accessible as members of the key.
    package var attributes = KeyAttributes<Text>()
    package var disabledAt: Instant?
    package var revocation: Revocation?
    /// The rotation that created this key as successor.
    package var origin: Rotation?
    /// The key that replaces this one, unless the rotation was cancelled.
    package var successor: Int64?
    /// When the grace period of this key, as predecessor, ends or ended; `nil` until that is known.
    package var graceEndsAt: Instant?
    /// The reports that sweeps have made.
    package var sweepMarks: SweepMarks = []
    /// Whether it is a canary: a key that nobody should ever use.
    package var isCanary = false
    /// The number of the allowance that it draws on.
    package var allowance: Int64?
    /// `nil` unless it was imported.
    package var imported: ImportFields<Text>?
    /// The ledger slot; `nil` until it is allocated, before the key is stored.
    package var ledger: LedgerSlot?

    /// An empty key.
    package init() {}

    package typealias Rotation = KeyRotation

    package struct Revocation {
        package var at: Instant
        package var by: ActorFields<Text>
        package var reason: Text
        package var note: Text?

        package init(at: Instant, by: ActorFields<Text>, reason: Text, note: Text? = nil) {
            self.at = at
            self.by = by
            self.reason = reason
            self.note = note
        }
    }

    package subscript<Value>(dynamicMember path: WritableKeyPath<KeyAttributes<Text>, Value>) -> Value {
        @inline(__always) get { attributes[keyPath: path] }
        @inline(__always) set { attributes[keyPath: path] = newValue }
    }
}

/// A key that owns its texts.
package typealias KeyRecord = KeyFields<String>

/// A key's row during reading: its texts are the reader's. At a start a million keys are packed from it, without a
/// ``KeyRecord`` in between.
package typealias KeyRow = KeyFields<BorrowedText>

extension KeyRecord {
    package init(
        number: Int64, id: String, workspace: Int64, name: String, prefix: String, digest: Digest, pepper: PepperID,
        createdAt: Instant, createdBy: Actor, expiresAt: Instant? = nil, lifetime: Instant.Span? = nil,
        attributes: KeyAttributes<String> = KeyAttributes(), ledger: LedgerSlot? = nil
    ) {
        self.init()
        self.number = number
        self.id = id
        self.workspace = workspace
        self.name = name
        self.prefix = prefix
        self.digest = digest
        self.pepper = pepper
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.lifetime = lifetime
        self.attributes = attributes
        self.ledger = ledger
    }
}

extension KeyFields {
    /// The list. Each field has the name of its column, in the order of the columns.
    @inline(__always)
    mutating func visit<V: KeyFieldVisitor>(_ visitor: inout V) throws(V.Failure) where V.Text == Text {
        try visitor.visit(KeyField("number", in: .hotKey), &number)
        try visitor.visit(KeyField("id", in: .pieces), &id)
        try visitor.visit(KeyField("workspace", in: .hotKey), &workspace)
        try visitor.visit(KeyField("name", in: .pieces, isSearched: true), &name)
        try visitor.visit(KeyField("prefix", isSearched: true, lookup: .prefix), &prefix)
        try visitor.digest(KeyField("digest", in: .hotKey), &digest)
        try visitor.visit(KeyField("pepper", lookup: .pepper), &pepper)
        try visitor.visit(KeyField("created_at", in: .hotKey), &createdAt)
        try visitor.visit(KeyField("created_by"), &createdBy.uid)
        try visitor.text(KeyField("created_by_user"), &createdBy.user)
        try visitor.number(KeyField("expires_at", in: .hotKeyIfAny), &expiresAt)
        let life = expiresAt.map { $0.milliseconds &- createdAt.milliseconds } ?? 0
        try visitor.number(KeyField("lifetime"), &lifetime, near: life)
        try attributes.visit(&visitor)
        try visitor.number(KeyField("disabled_at"), &disabledAt)
        try Revocation.visit(&revocation, &visitor)
        try Rotation.visit(&origin, &visitor)
        try visitor.number(KeyField("successor", lookup: .successor), &successor)
        try visitor.number(KeyField("grace_ends_at"), &graceEndsAt)
        try visitor.visit(KeyField("told"), &sweepMarks)
        try visitor.number(KeyField("allowance", since: 7), &allowance)
        var canary: Bool? = isCanary ? true : nil
        try visitor.number(KeyField("canary", since: 9), &canary)
        isCanary = canary ?? false
        try ImportFields.visit(&imported, &visitor)
        try LedgerSlot.visit(&ledger, &visitor)
    }
}

extension KeyFields.Revocation {
    @inline(__always)
    fileprivate static func visit<V: KeyFieldVisitor>(
        _ revocation: inout Self?, _ visitor: inout V
    ) throws(V.Failure) where V.Text == Text {
        var (at, by) = (revocation?.at, revocation?.by.uid)
        var (user, reason, note) = (revocation?.by.user, revocation?.reason, revocation?.note)
        try visitor.number(KeyField("revoked_at"), &at)
        try visitor.number(KeyField("revoked_by"), &by)
        try visitor.text(KeyField("revoked_by_user"), &user)
        try visitor.text(KeyField("revoke_reason"), &reason)
        try visitor.text(KeyField("revoke_note"), &note)
        guard let at, let by, let reason else { return revocation = nil }
        revocation = Self(at: at, by: ActorFields(uid: by, user: user), reason: reason, note: note)
    }
}

extension KeyRotation {
    @inline(__always)
    fileprivate static func visit<V: KeyFieldVisitor>(
        _ rotation: inout Self?, _ visitor: inout V
    ) throws(V.Failure) {
        var (predecessor, startedAt, grace) = (rotation?.predecessor, rotation?.startedAt, rotation?.grace)
        var (startsNow, firstUsedAt) = (rotation?.startsNow, rotation?.firstUsedAt)
        try visitor.number(KeyField("predecessor", lookup: .predecessor), &predecessor)
        try visitor.number(KeyField("rotated_at"), &startedAt)
        try visitor.number(KeyField("grace"), &grace)
        try visitor.number(KeyField("grace_starts_now"), &startsNow)
        try visitor.number(KeyField("first_used_at"), &firstUsedAt)
        guard let predecessor, let startedAt, let grace else { return rotation = nil }
        rotation = Self(
            predecessor: predecessor, startedAt: startedAt, grace: grace, startsNow: startsNow ?? false,
            firstUsedAt: firstUsedAt)
    }
}

extension LedgerSlot {
    @inline(__always)
    fileprivate static func visit<V: KeyFieldVisitor>(
        _ place: inout Self?, _ visitor: inout V
    ) throws(V.Failure) {
        var (slot, generation) = (place?.slot, place?.generation)
        try visitor.number(KeyField("ledger_slot", in: .ledger), &slot)
        try visitor.number(KeyField("ledger_generation", in: .ledger), &generation)
        guard let slot, let generation else { return place = nil }
        place = Self(slot: slot, generation: generation)
    }
}

extension KeyFields: Equatable where Text: Equatable, Text.ScopeList: Equatable {}
extension KeyFields: Hashable where Text: Hashable, Text.ScopeList: Hashable {}
extension KeyFields: Sendable where Text: Sendable, Text.ScopeList: Sendable {}
extension KeyFields.Revocation: Equatable where Text: Equatable {}
extension KeyFields.Revocation: Hashable where Text: Hashable {}
extension KeyFields.Revocation: Sendable where Text: Sendable {}
