/// The part of a key that a verification reads: 96 bytes of plain numbers, and pointers to its usage and its text.
///
/// ``KeyTable`` owns its text and its list of peers; the ledger owns its usage.
package struct HotKey {
    package let digest: Digest
    package internal(set) var text: KeyText?
    /// Its totals; none before it is in the table.
    var usage: UnsafeMutablePointer<UsageSlot>?
    /// The shares of peers other than the one that used it last.
    var otherPeers: UnsafeMutablePointer<PeerSlot>?
    private var grace: UnsafeMutablePointer<Grace>?
    package private(set) var expiresAt: Instant
    package private(set) var createdAt: Instant
    /// How long before its end it counts as expiring, in milliseconds; `UInt32.max` is never.
    private var notice: UInt32
    private let workspaceNumber: UInt32
    private let keyNumber: UInt32
    private var marks: Marks

    private struct Marks: OptionSet {
        var rawValue: UInt8

        static let revoked = Marks(rawValue: 1)
        static let disabled = Marks(rawValue: 2)
        static let successor = Marks(rawValue: 4)
        static let awaitsFirstUse = Marks(rawValue: 8)
        static let dirty = Marks(rawValue: 16)
        static let present = Marks(rawValue: 32)
        static let dirtyPeer = Marks(rawValue: 64)
    }

    /// The end of the grace period as predecessor, which few keys have.
    private struct Grace {
        var endsAt: Instant
        var waitsUntil: Instant
    }

    /// - Parameters workspace, number: 1 to `UInt32.max`.
    package init(digest: Digest, facts: StatusFacts, workspace: Int64, number: Int64) {
        self.digest = digest
        (workspaceNumber, keyNumber) = (UInt32(workspace), UInt32(number))
        (expiresAt, createdAt, notice) = (facts.expiresAt, facts.createdAt, .max)
        marks = .present
        self.facts = facts
    }

    package var workspace: Int64 { Int64(workspaceNumber) }
    package var number: Int64 { Int64(keyNumber) }

    /// The facts of its status. Setting them does not change its last use; only counting does.
    package var facts: StatusFacts {
        get {
            var facts = StatusFacts(createdAt: createdAt)
            facts.expiresAt = expiresAt
            if notice != .max { facts.expiringFrom = expiresAt - Instant.Span(milliseconds: Int64(notice)) }
            if let grace {
                (facts.graceEndsAt, facts.graceWaitsUntil) = (grace.pointee.endsAt, grace.pointee.waitsUntil)
            }
            facts.lastUsedAt = usage?.pointee.lastUsedAt ?? .distantPast
            facts.isRevoked = marks.contains(.revoked)
            facts.isDisabled = marks.contains(.disabled)
            facts.hasSuccessor = marks.contains(.successor)
            return facts
        }
        set {
            (expiresAt, createdAt) = (newValue.expiresAt, newValue.createdAt)
            notice =
                newValue.expiringFrom == .distantFuture
                ? .max : UInt32(clamping: (expiresAt - newValue.expiringFrom).milliseconds)
            set(.revoked, newValue.isRevoked)
            set(.disabled, newValue.isDisabled)
            set(.successor, newValue.hasSuccessor)
            setGrace(newValue.graceEndsAt, newValue.graceWaitsUntil)
        }
    }

    /// The name of the key.
    package var name: String { text.map { String(decoding: $0.name, as: UTF8.self) } ?? "" }

    /// The ledger slot.
    var place: LedgerSlot? {
        usage.map { LedgerSlot(slot: $0.pointee.number, generation: $0.pointee.generation) }
    }

    package var isPresent: Bool {
        get { marks.contains(.present) }
        set { set(.present, newValue) }
    }

    /// Whether it has usage that is not stored.
    package var isDirty: Bool {
        get { marks.contains(.dirty) }
        set { set(.dirty, newValue) }
    }

    package var awaitsFirstUse: Bool {
        get { marks.contains(.awaitsFirstUse) }
        set { set(.awaitsFirstUse, newValue) }
    }

    /// Whether the share of the peer that used it last has grown since it was last taken.
    var hasDirtyPeer: Bool {
        get { marks.contains(.dirtyPeer) }
        set { set(.dirtyPeer, newValue) }
    }

    /// Prefetches the usage and the text for an answer; the record itself was read already.
    @inline(__always)
    func prefetchReply() {
        if let usage { prefetch(usage) }
        guard let text else { return }
        // A text has about 200 bytes; the processor prefetches the rest of a longer one.
        for line in stride(from: 0, to: 4 * cacheLine, by: cacheLine) { prefetch(text.base + line) }
    }

    /// Frees the memory that it owns.
    mutating func release() {
        grace?.deallocate()
        grace = nil
        while let slot = otherPeers {
            otherPeers = slot.pointee.next
            slot.deallocate()
        }
    }

    private mutating func set(_ mark: Marks, _ holds: Bool) {
        if holds { marks.insert(mark) } else { marks.remove(mark) }
    }

    private mutating func setGrace(_ endsAt: Instant, _ waitsUntil: Instant) {
        guard endsAt != .distantFuture || waitsUntil != .distantFuture else {
            grace?.deallocate()
            grace = nil
            return
        }
        let place = grace ?? .allocate(capacity: 1)
        place.initialize(to: Grace(endsAt: endsAt, waitsUntil: waitsUntil))
        grace = place
    }
}

// Each fact is read in place.
extension HotKey: StatusBasis {
    package var expiringFrom: Instant {
        notice == .max ? .distantFuture : expiresAt - Instant.Span(milliseconds: Int64(notice))
    }
    package var graceEndsAt: Instant { grace?.pointee.endsAt ?? .distantFuture }
    package var graceWaitsUntil: Instant { grace?.pointee.waitsUntil ?? .distantFuture }
    package var lastUsedAt: Instant { usage?.pointee.lastUsedAt ?? .distantPast }
    package var isRevoked: Bool { marks.contains(.revoked) }
    package var isDisabled: Bool { marks.contains(.disabled) }
    package var hasSuccessor: Bool { marks.contains(.successor) }
}
