/// The share of one uid in a key's valid uses.
struct PeerSlot {
    var uid: UInt32
    var isDirty = false
    var valid: Int64
    var lastUsedAt: Instant
    var next: UnsafeMutablePointer<PeerSlot>?
}

// Counting. A key in the table has a slot.
extension HotKey {
    var valid: Int64 {
        get { usage?.pointee.valid ?? 0 }
        nonmutating set { usage?.pointee.valid = newValue }
    }

    var hour: Int64 { usage?.pointee.hour ?? 0 }
    var hourValid: Int64 { usage?.pointee.hourValid ?? 0 }
    var hourRefused: Int64 { usage?.pointee.hourRefused ?? 0 }

    /// Counts a valid use by `uid` at `now`. `close` receives a finished hour.
    mutating func countValid(by uid: UInt32, at now: Instant, close: (HourUsage) -> Void) {
        guard let usage else { return }
        enterHour(of: now, in: usage, close)
        if usage.pointee.lastUsedBy != uid || usage.pointee.peerValid == 0 { switchPeer(to: uid) }
        usage.pointee.countValid()
        usage.pointee.lastUsedAt = max(usage.pointee.lastUsedAt, now)
        if !hasDirtyPeer { hasDirtyPeer = true }
    }

    /// Counts a refusal at `now`. `close` receives a finished hour.
    mutating func countRefused(at now: Instant, close: (HourUsage) -> Void) {
        guard let usage else { return }
        enterHour(of: now, in: usage, close)
        usage.pointee.countRefused()
    }

    /// Restores stored usage. Greater totals that an earlier process has left in the slot are kept; whether there were
    /// any.
    mutating func restore(_ stored: UsageTotals, peers: [PeerShare]) -> Bool {
        guard let usage else { return false }
        let kept = usage.pointee
        usage.pointee.valid = max(kept.valid, stored.valid)
        usage.pointee.refused = max(kept.refused, stored.refused)
        if let last = stored.lastUsedAt, last > kept.lastUsedAt {
            usage.pointee.lastUsedAt = last
            usage.pointee.lastUsedBy = stored.lastUsedBy ?? 0
            usage.pointee.peerValid = 0
        }
        let uid = usage.pointee.lastUsedBy
        for share in peers where share.uid != uid { push(share) }
        let own = peers.first { $0.uid == uid }?.valid ?? 0
        hasDirtyPeer = usage.pointee.peerValid > own
        usage.pointee.peerValid = max(usage.pointee.peerValid, own)
        return kept.valid > stored.valid || kept.refused > stored.refused || hasDirtyPeer
    }

    /// Sets the stored counts of its hour.
    func restore(_ stored: HourUsage) {
        guard let usage, usage.pointee.hour <= stored.hour else { return }
        let isSame = usage.pointee.hour == stored.hour
        usage.pointee.enter(
            hour: stored.hour, valid: max(stored.valid, isSame ? hourValid : 0),
            refused: max(stored.refused, isSame ? hourRefused : 0))
    }

    /// Takes the shares that have grown since the last call.
    mutating func takeDirtyPeers(into shares: inout [PeerShare]) {
        if hasDirtyPeer, let share = ownShare { shares.append(share) }
        hasDirtyPeer = false
        var cursor = otherPeers
        while let slot = cursor {
            if slot.pointee.isDirty {
                shares.append(share(of: slot.pointee))
                slot.pointee.isDirty = false
            }
            cursor = slot.pointee.next
        }
    }

    /// Marks every share to be stored again.
    mutating func markPeersDirty() {
        hasDirtyPeer = ownShare != nil
        var cursor = otherPeers
        while let slot = cursor {
            slot.pointee.isDirty = true
            cursor = slot.pointee.next
        }
    }

    /// Every peer's share, unordered.
    var peers: [PeerShare] {
        var shares = ownShare.map { [$0] } ?? []
        var cursor = otherPeers
        while let slot = cursor {
            shares.append(share(of: slot.pointee))
            cursor = slot.pointee.next
        }
        return shares
    }

    /// The counts of its current hour so far.
    var openHour: HourUsage { HourUsage(key: number, hour: hour, valid: hourValid, refused: hourRefused) }

    /// The totals to store.
    var totals: UsageTotals {
        let slot = usage?.pointee ?? UsageSlot()
        let isUnused = slot.lastUsedAt == .distantPast
        return UsageTotals(
            key: number, valid: slot.valid, refused: slot.refused, lastUsedAt: isUnused ? nil : slot.lastUsedAt,
            lastUsedBy: isUnused ? nil : slot.lastUsedBy)
    }

    /// Two loops may read their clocks in one order and take the lock in the other: a past hour is not entered again.
    private func enterHour(
        of now: Instant, in usage: UnsafeMutablePointer<UsageSlot>, _ close: (HourUsage) -> Void
    ) {
        guard usage.pointee.hour < now.hour else { return }
        if isDirty, hourValid + hourRefused > 0 {
            close(openHour)
        }
        usage.pointee.enter(hour: now.hour, valid: 0, refused: 0)
    }

    private var ownShare: PeerShare? {
        guard let slot = usage?.pointee, slot.peerValid > 0 else { return nil }
        return PeerShare(key: number, uid: slot.lastUsedBy, valid: slot.peerValid, lastUsedAt: slot.lastUsedAt)
    }

    /// Makes `uid`'s share the current one, and moves the former one to the list, in place of `uid`'s entry if any.
    private mutating func switchPeer(to uid: UInt32) {
        guard let usage else { return }
        let (left, leftIsDirty) = (ownShare, hasDirtyPeer)
        var valid: Int64 = 0
        var link: UnsafeMutablePointer<PeerSlot>?
        var cursor = otherPeers
        while let slot = cursor, slot.pointee.uid != uid { (link, cursor) = (slot, slot.pointee.next) }
        if let found = cursor { valid = found.pointee.valid }
        switch (cursor, left) {
        case (let found?, let left?):
            found.pointee = PeerSlot(
                uid: left.uid, isDirty: leftIsDirty, valid: left.valid, lastUsedAt: left.lastUsedAt,
                next: found.pointee.next)
        case (let found?, nil):
            if let link { link.pointee.next = found.pointee.next } else { otherPeers = found.pointee.next }
            found.deallocate()
        case (nil, let left?): push(left, isDirty: leftIsDirty)
        case (nil, nil): break
        }
        usage.pointee.lastUsedBy = uid
        usage.pointee.peerValid = valid
    }

    private mutating func push(_ share: PeerShare, isDirty: Bool = false) {
        let slot = UnsafeMutablePointer<PeerSlot>.allocate(capacity: 1)
        slot.initialize(
            to: PeerSlot(
                uid: share.uid, isDirty: isDirty, valid: share.valid, lastUsedAt: share.lastUsedAt, next: otherPeers))
        otherPeers = slot
    }

    /// Sets uses of the other peers that are later than `now` to `now`.
    mutating func setPeersBack(to now: Instant) {
        var cursor = otherPeers
        while let slot = cursor {
            slot.pointee.lastUsedAt = min(slot.pointee.lastUsedAt, now)
            cursor = slot.pointee.next
        }
    }

    private func share(of slot: PeerSlot) -> PeerShare {
        PeerShare(key: number, uid: slot.uid, valid: slot.valid, lastUsedAt: slot.lastUsedAt)
    }

    /// Sets uses that are later than `now` to `now`. Whether one was.
    mutating func setUsageBack(to now: Instant) -> Bool {
        guard let usage else { return false }
        let isLater = usage.pointee.lastUsedAt > now || usage.pointee.hour > now.hour
        guard isLater else { return false }
        usage.pointee.lastUsedAt = min(usage.pointee.lastUsedAt, now)
        if usage.pointee.hour > now.hour { usage.pointee.enter(hour: now.hour, valid: 0, refused: 0) }
        setPeersBack(to: now)
        return true
    }
}
