import KeywardCore
import Testing

extension StoreContract {
    /// Random changes have the same result in the store as in plain values.
    static let histories = (UInt64(1)...8).map { seed in
        StoreContract("a random history (seed \(seed)) leaves what plain values hold, also after a kill") { fixture in
            var history = RandomHistory(seed: seed)
            var expected = InMemoryContents(databaseID: try fixture.store.loadState().databaseID)
            for _ in 0..<30 {
                let changes = history.changes(to: expected)
                try fixture.store.commit(changes)
                try expected.apply(changes)
                let usage = history.usage(of: expected)
                try fixture.store.flush(usage)
                expected.apply(usage)
            }
            let snapshot = try StoreSnapshot(of: InMemoryStore(contents: expected))
            #expect(!snapshot.keys.isEmpty && !snapshot.hours.isEmpty && !snapshot.requests.isEmpty)
            #expect(try StoreSnapshot(of: fixture.store) == snapshot)
            #expect(try StoreSnapshot(of: fixture.afterKill()) == snapshot)
            let tombstones = try fixture.tombstones()
            #expect(!tombstones.isEmpty)
            #expect(Set(tombstones).symmetricDifference(expected.tombstones).isEmpty)
        }
    }
}

/// Changes that depend only on a seed and the current content.
private struct RandomHistory {
    var records: RandomRecords

    init(seed: UInt64) {
        records = RandomRecords(seed: seed)
    }

    mutating func changes(to contents: InMemoryContents) -> Changes {
        var changes = Changes(mark: records.instant())
        let workspaces = Int64(1)...3
        changes.workspaces = workspaces.map { records.workspace($0) }
        let present = contents.keys.values.sorted { $0.number < $1.number }
        changes.keys = present.filter { _ in records.random.chance(1, outOf: 4) }.map { records.changed($0) }
        for _ in 0..<4 { changes.keys.append(records.key(in: some(workspaces))) }
        changes.purged = present.filter { _ in records.random.chance(1, outOf: 8) }.map(\.number)
        for _ in 0..<2 {
            changes.granted.append(records.grant(in: some(workspaces)))
            changes.removed.append(records.grant(in: some(workspaces)))
            changes.requests.append(records.request(in: some(workspaces), for: some(1...records.lastKey)))
            changes.audit.append(records.entry(workspace: "w\(some(workspaces))", keyID: "k\(some(1...5))"))
        }
        changes.peppers = [records.pepperRecord()]
        if records.random.chance(1, outOf: 8) {
            changes.forgetRequestsBefore = Instant(milliseconds: some(0...40_000_000))
        }
        return changes
    }

    mutating func usage(of contents: InMemoryContents) -> UsageFlush {
        var usage = UsageFlush(mark: records.instant())
        // Some of these keys are purged or never existed.
        for _ in 0..<10 {
            usage.totals.append(records.totals(of: some(1...records.lastKey + 2)))
            usage.hours.append(records.hour(of: some(1...records.lastKey + 2)))
            usage.peers.append(records.peer(of: some(1...records.lastKey + 2)))
        }
        return usage
    }

    private mutating func some(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &records.random)
    }
}
