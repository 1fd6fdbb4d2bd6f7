import KeywardBase

/// The part of a key that a verification reads first, in one cache line of 64 bytes.
///
/// ``KeyTable`` owns its text and its details; the ledger owns its usage.
package struct HotKey {
    package internal(set) var digest: Digest
    package internal(set) var text: KeyText?
    /// Its usage, or with the mark `detailed` its details; none before it is in the table.
    private var link: UnsafeMutableRawPointer?
    /// The expiry in milliseconds, times 256, plus the marks.
    private var expiryAndMarks: Int64
    private let workspaceNumber: UInt32
    private let keyNumber: UInt32

    private struct Marks: OptionSet {
        var rawValue: UInt8

        static let revoked = Marks(rawValue: 1)
        static let disabled = Marks(rawValue: 2)
        static let successor = Marks(rawValue: 4)
        static let awaitsFirstUse = Marks(rawValue: 8)
        static let dirty = Marks(rawValue: 16)
        static let present = Marks(rawValue: 32)
        static let dirtyPeer = Marks(rawValue: 64)
        static let detailed = Marks(rawValue: 128)
    }

    /// What few keys have: a grace period as predecessor, several peers, blocks of addresses, an allowance. Also whether
    /// it is a canary.
    private struct Details {
        var usage: UnsafeMutablePointer<UsageSlot>?
        /// The index of its allowance, plus one; 0 if it has none.
        var allowance = 0
        var graceEndsAt = Instant.distantFuture
        var graceWaitsUntil = Instant.distantFuture
        var otherPeers: UnsafeMutablePointer<PeerSlot>?
        var addresses: UnsafeMutableBufferPointer<AddressBlock>?
        var isCanary = false

        var isEmpty: Bool {
            graceEndsAt == .distantFuture && graceWaitsUntil == .distantFuture && otherPeers == nil
                && addresses == nil && allowance == 0 && !isCanary
        }
    }

    /// - Parameters workspace, number: 1 to `UInt32.max`.
    package init(digest: Digest, facts: StatusFacts, workspace: Int64, number: Int64) {
        self.digest = digest
        (workspaceNumber, keyNumber) = (UInt32(workspace), UInt32(number))
        expiryAndMarks = Int64(Marks.present.rawValue)
        self.facts = facts
    }

    package var workspace: Int64 { Int64(workspaceNumber) }
    package var number: Int64 { Int64(keyNumber) }

    /// The facts of its status. Setting them does not change its creation and notice, which its text has, nor its last
    /// use, which only counting changes.
    package var facts: StatusFacts {
        get {
            var facts = StatusFacts(createdAt: createdAt)
            (facts.expiresAt, facts.expiringFrom) = (expiresAt, expiringFrom)
            (facts.graceEndsAt, facts.graceWaitsUntil) = (graceEndsAt, graceWaitsUntil)
            facts.lastUsedAt = lastUsedAt
            facts.isRevoked = isRevoked
            facts.isDisabled = isDisabled
            facts.hasSuccessor = hasSuccessor
            facts.isCanary = isCanary
            return facts
        }
        set {
            expiresAt = newValue.expiresAt
            set(.revoked, newValue.isRevoked)
            set(.disabled, newValue.isDisabled)
            set(.successor, newValue.hasSuccessor)
            changeDetails { details in
                (details.graceEndsAt, details.graceWaitsUntil) = (newValue.graceEndsAt, newValue.graceWaitsUntil)
                details.isCanary = newValue.isCanary
            }
        }
    }

    /// The totals of its uses.
    var usage: UnsafeMutablePointer<UsageSlot>? {
        @inline(__always) get {
            if let details { return details.pointee.usage }
            return link?.assumingMemoryBound(to: UsageSlot.self)
        }
        set {
            if let details { details.pointee.usage = newValue } else { link = UnsafeMutableRawPointer(newValue) }
        }
    }

    /// The shares of peers other than the one that used it last.
    var otherPeers: UnsafeMutablePointer<PeerSlot>? {
        get { details?.pointee.otherPeers }
        set { changeDetails { $0.otherPeers = newValue } }
    }

    /// The index of the allowance that it draws on.
    var allowance: Int? {
        @inline(__always) get {
            guard let details, details.pointee.allowance > 0 else { return nil }
            return details.pointee.allowance - 1
        }
        set { changeDetails { $0.allowance = newValue.map { $0 + 1 } ?? 0 } }
    }

    /// Sets the blocks of addresses from which alone it verifies; `nil` is from everywhere.
    mutating func setAddresses(_ blocks: [AddressBlock]?) {
        guard blocks != nil || details?.pointee.addresses != nil else { return }
        changeDetails { details in
            details.addresses?.deallocate()
            details.addresses = blocks.map { blocks in
                let copy = UnsafeMutableBufferPointer<AddressBlock>.allocate(capacity: blocks.count)
                _ = copy.initialize(from: blocks)
                return copy
            }
        }
    }

    /// Whether it has what few keys have.
    var hasDetails: Bool { marks.contains(.detailed) }

    /// Whether it verifies only for clients with certain addresses.
    var hasAddresses: Bool {
        @inline(__always) get { details?.pointee.addresses != nil }
    }

    /// Whether it verifies for a client with this address, or with an unknown one.
    @inline(never)
    func admits(_ address: IPAddress?) -> Bool {
        guard let blocks = details?.pointee.addresses else { return true }
        guard let address else { return false }
        return blocks.contains { $0.contains(address) }
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
        // The reply's part of a text has about 180 bytes; the processor prefetches the rest of a longer one.
        for line in stride(from: 0, to: 3 * cacheLine, by: cacheLine) { prefetch(text.base + line) }
    }

    /// Prefetches what few keys have.
    func prefetchDetails() {
        guard let details else { return }
        prefetch(details)
    }

    /// Prefetches its last use, its creation and its notice.
    @inline(__always)
    func prefetchUse() {
        if let usage { prefetch(usage) }
        if let text { prefetch(text.base) }
    }

    /// Frees the memory that it owns.
    mutating func release() {
        while let slot = otherPeers {
            otherPeers = slot.pointee.next
            slot.deallocate()
        }
        setAddresses(nil)
        changeDetails { details in
            (details.graceEndsAt, details.graceWaitsUntil) = (.distantFuture, .distantFuture)
            details.allowance = 0
            details.isCanary = false
        }
    }

    private var marks: Marks {
        @inline(__always) get { Marks(rawValue: UInt8(truncatingIfNeeded: expiryAndMarks)) }
        @inline(__always) set { expiryAndMarks = expiryAndMarks & ~0xFF | Int64(newValue.rawValue) }
    }

    private mutating func set(_ mark: Marks, _ holds: Bool) {
        if holds { marks.insert(mark) } else { marks.remove(mark) }
    }

    private var details: UnsafeMutablePointer<Details>? {
        @inline(__always) get { marks.contains(.detailed) ? link?.assumingMemoryBound(to: Details.self) : nil }
    }

    /// Changes its details, which exist only while they are not empty.
    private mutating func changeDetails(_ change: (inout Details) -> Void) {
        let known = details
        var new = known?.pointee ?? Details(usage: usage)
        change(&new)
        switch (known, new.isEmpty) {
        case (nil, true): break
        case (let known?, true):
            UnsafeMutableRawPointer(known).deallocate()
            set(.detailed, false)
            link = UnsafeMutableRawPointer(new.usage)
        case (let known?, false): known.pointee = new
        case (nil, false):
            // One cache line: a verification of such a key reads it.
            let place = UnsafeMutableRawPointer.allocate(byteCount: cacheLine, alignment: cacheLine)
                .initializeMemory(as: Details.self, to: new)
            set(.detailed, true)
            link = UnsafeMutableRawPointer(place)
        }
    }
}

// Each fact is read in place.
extension HotKey: StatusBasis {
    /// Instants a million years before or after 1970 become `.distantPast` and `.distantFuture`.
    package private(set) var expiresAt: Instant {
        @inline(__always) get {
            let milliseconds = expiryAndMarks >> 8
            if milliseconds == Self.greatest { return .distantFuture }
            return milliseconds == ~Self.greatest ? .distantPast : Instant(milliseconds: milliseconds)
        }
        set {
            let milliseconds = min(max(newValue.milliseconds, ~Self.greatest), Self.greatest)
            expiryAndMarks = milliseconds << 8 | expiryAndMarks & 0xFF
        }
    }
    package var expiringFrom: Instant {
        guard let text, expiresAt != .distantFuture else { return .distantFuture }
        return expiresAt - Instant.Span(milliseconds: Int64(text.head.notice))
    }
    @inline(__always)
    package func isExpiring(at now: Instant) -> Bool {
        // Most keys are far from their end; then its text need not be read.
        now + StatusFacts.longestNotice >= expiresAt && now >= expiringFrom
    }
    package var createdAt: Instant { text?.head.createdAt ?? .distantPast }
    package var graceEndsAt: Instant { details?.pointee.graceEndsAt ?? .distantFuture }
    package var graceWaitsUntil: Instant { details?.pointee.graceWaitsUntil ?? .distantFuture }
    package var lastUsedAt: Instant { usage?.pointee.lastUsedAt ?? .distantPast }
    package var isRevoked: Bool { marks.contains(.revoked) }
    package var isDisabled: Bool { marks.contains(.disabled) }
    package var hasSuccessor: Bool { marks.contains(.successor) }
    package var isCanary: Bool {
        @inline(__always) get { details?.pointee.isCanary ?? false }
    }

    /// The greatest number of milliseconds that 56 bits can have.
    private static var greatest: Int64 { 1 << 55 - 1 }
}
