import KeywardBase

/// Uses of canaries that the audit trail does not have yet. An entry about a canary is made at once, and then at most once
/// a minute, because a thief may try as fast as it can.
struct CanaryUses {
    /// The shortest time between two entries about one canary.
    static let interval: Instant.Span = .seconds(60)

    private var waiting: [Int64: CanaryUse] = [:]
    private var lastEntry: [Int64: Instant] = [:]

    var isEmpty: Bool { waiting.isEmpty }

    /// Notes a use. Whether an entry about it is due at once, and was not before.
    mutating func note(_ key: Int64, by uid: UInt32, from address: IPAddress?, at now: Instant) -> Bool {
        let count = (waiting[key]?.count ?? 0) + 1
        waiting[key] = CanaryUse(key: key, count: count, uid: uid, address: address, at: now)
        return count == 1 && isDue(key, at: now)
    }

    /// All uses, in the order of keys.
    var all: [CanaryUse] { waiting.values.sorted { $0.key < $1.key } }

    /// The uses about which an entry is due, in the order of keys.
    func due(at now: Instant) -> [CanaryUse] { all.filter { isDue($0.key, at: now) } }

    private func isDue(_ key: Int64, at now: Instant) -> Bool {
        // A clock that was set back must not silence a canary.
        guard let last = lastEntry[key], last <= now else { return true }
        return now - last >= Self.interval
    }

    /// The trail has an entry about these uses, made at `now`. Uses since they were read remain.
    mutating func noteStored(_ uses: [CanaryUse], at now: Instant) {
        for use in uses {
            lastEntry[use.key] = now
            waiting[use.key]?.count -= use.count
            if waiting[use.key]?.count == 0 { waiting[use.key] = nil }
        }
    }

    mutating func forget(key: Int64) { (waiting[key], lastEntry[key]) = (nil, nil) }
}
