/// What a verification reads and writes of one key: plain numbers, side by side in memory.
///
/// The lists of peers and the reply's fixed part hang on it; ``KeyTable`` owns them.
package struct HotKey {
    package var digest: Digest
    package var facts: StatusFacts
    package var workspace: Int64
    package var number: Int64

    // Usage: absolute totals.
    package var valid: Int64 = 0
    package var refused: Int64 = 0
    package var lastUsedBy: UInt32 = 0
    /// The hour that `hourValid` and `hourRefused` count, since the epoch.
    package var hour: Int64 = 0
    package var hourValid: Int64 = 0
    package var hourRefused: Int64 = 0
    /// The share of the peer that used the key last; the others' hang on `otherPeers`.
    package var peer = PeerSlot()
    package var otherPeers: UnsafeMutablePointer<PeerSlot>?

    package var awaitsFirstUse = false
    package var isDirty = false
    package var isPresent = true

    /// The fixed part of its replies, rendered beforehand.
    package var reply = UnsafeRawBufferPointer(start: nil, count: 0)
}

/// The share of one uid in a key's valid uses.
package struct PeerSlot {
    package var uid: UInt32 = 0
    package var isDirty = false
    package var valid: Int64 = 0
    package var lastUsedAt = Instant.distantPast
    package var next: UnsafeMutablePointer<PeerSlot>?
}

extension HotKey {
    /// Counts a valid use by `uid` at `now`. A finished hour is handed to `close`.
    package mutating func countValid(by uid: UInt32, at now: Instant, close: (HourUsage) -> Void) {
        enterHour(of: now, close)
        valid += 1
        hourValid += 1
        facts.lastUsedAt = max(facts.lastUsedAt, now)
        lastUsedBy = uid
        if peer.uid != uid || peer.valid == 0 { switchPeer(to: uid) }
        peer.valid += 1
        peer.lastUsedAt = max(peer.lastUsedAt, now)
        peer.isDirty = true
    }

    /// Counts a refusal at `now`. A finished hour is handed to `close`.
    package mutating func countRefused(at now: Instant, close: (HourUsage) -> Void) {
        enterHour(of: now, close)
        refused += 1
        hourRefused += 1
    }

    /// Sets usage as it was stored.
    package mutating func restore(_ usage: UsageTotals, peers: [PeerShare]) {
        valid = usage.valid
        refused = usage.refused
        facts.lastUsedAt = usage.lastUsedAt ?? .distantPast
        lastUsedBy = usage.lastUsedBy ?? 0
        for share in peers {
            if peer.valid > 0 { pushPeer() }
            peer = PeerSlot(uid: share.uid, valid: share.valid, lastUsedAt: share.lastUsedAt)
        }
    }

    /// Takes the shares that have grown since they were last taken.
    package mutating func takeDirtyPeers(into shares: inout [PeerShare]) {
        if peer.isDirty {
            shares.append(share(of: peer))
            peer.isDirty = false
        }
        var cursor = otherPeers
        while let slot = cursor {
            if slot.pointee.isDirty {
                shares.append(share(of: slot.pointee))
                slot.pointee.isDirty = false
            }
            cursor = slot.pointee.next
        }
    }

    /// Makes every share due again.
    package mutating func markPeersDirty() {
        peer.isDirty = peer.valid > 0
        var cursor = otherPeers
        while let slot = cursor {
            slot.pointee.isDirty = true
            cursor = slot.pointee.next
        }
    }

    /// Every peer's share, in no order.
    package var peers: [PeerShare] {
        var shares = peer.valid > 0 ? [share(of: peer)] : []
        var cursor = otherPeers
        while let slot = cursor {
            shares.append(share(of: slot.pointee))
            cursor = slot.pointee.next
        }
        return shares
    }

    /// The totals to store.
    package var totals: UsageTotals {
        UsageTotals(
            key: number, valid: valid, refused: refused, lastUsedAt: facts.isUnused ? nil : facts.lastUsedAt,
            lastUsedBy: facts.isUnused ? nil : lastUsedBy)
    }

    /// Gives back what hangs on it.
    package mutating func release() {
        reply.deallocate()
        reply = UnsafeRawBufferPointer(start: nil, count: 0)
        while let slot = otherPeers {
            otherPeers = slot.pointee.next
            slot.deallocate()
        }
    }

    /// Two loops may read their clocks in one order and take the lock in the other: an hour that was left stays left.
    private mutating func enterHour(of now: Instant, _ close: (HourUsage) -> Void) {
        guard hour < now.hour else { return }
        if isDirty, hourValid + hourRefused > 0 {
            close(HourUsage(key: number, hour: hour, valid: hourValid, refused: hourRefused))
        }
        (hour, hourValid, hourRefused) = (now.hour, 0, 0)
    }

    /// Makes `uid`'s share the one at hand, and hangs the one that was on the list.
    private mutating func switchPeer(to uid: UInt32) {
        var cursor = otherPeers
        while let slot = cursor {
            if slot.pointee.uid == uid {
                let next = slot.pointee.next
                swap(&slot.pointee, &peer)
                slot.pointee.next = next
                return
            }
            cursor = slot.pointee.next
        }
        if peer.valid > 0 { pushPeer() }
        peer = PeerSlot(uid: uid)
    }

    private mutating func pushPeer() {
        let slot = UnsafeMutablePointer<PeerSlot>.allocate(capacity: 1)
        slot.initialize(to: peer)
        slot.pointee.next = otherPeers
        otherPeers = slot
    }

    private func share(of slot: PeerSlot) -> PeerShare {
        PeerShare(key: number, uid: slot.uid, valid: slot.valid, lastUsedAt: slot.lastUsedAt)
    }
}
