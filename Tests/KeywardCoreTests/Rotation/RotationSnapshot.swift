import KeywardTesting

@testable import KeywardCore

/// Everything on which the future of the core's keys depends, with times relative to now. Two histories with equal
/// snapshots continue alike.
struct RotationSnapshot: Hashable {
    struct Key: Hashable {
        var status: KeyStatus
        var isDisabled: Bool
        var isRevoked: Bool
        var awaitsFirstUse: Bool
        var successor: Int64?
        var origin: KeyRecord.Rotation?
        var lifetime: Instant.Span?
        var sweepMarks: SweepMarks
        /// In milliseconds from now; -1 is any past time.
        var expiry: Int64
        var graceEnd: Int64
        var end: Int64
        /// For a live key.
        var lastUse: Int64?
    }

    var keys: [Key] = []
    var plan: String
    /// The stored records: they show which keys changed between two snapshots of one history.
    private var records: Ignored<[KeyRecord]>

    /// A value that is ignored in comparisons of snapshots.
    private struct Ignored<Value>: Hashable {
        var value: Value

        static func == (_: Ignored, _: Ignored) -> Bool { true }
        func hash(into _: inout Hasher) {}
    }

    init(_ fixture: AuthorityFixture) {
        let now = fixture.now
        func left(_ instant: Instant?) -> Int64 {
            guard let instant, instant != .distantFuture else { return .max }
            return instant <= now ? -1 : (instant - now).milliseconds
        }
        plan = fixture.authority.directory.workspaces[1]?.plan ?? ""
        records = Ignored(value: [])
        fixture.authority.registry.read { state in
            for number in 1..<Int64.max {
                guard let index = state.index(ofNumber: number), let record = state.records[index] else { break }
                let (facts, status) = (state.table[index].facts, state.status(at: index, now: now))
                var origin = record.origin
                origin?.startedAt = .distantPast
                if origin?.firstUsedAt != nil { origin?.firstUsedAt = .distantPast }
                let age = facts.isUnused || status.isTerminal ? nil : (now - facts.lastUsedAt).milliseconds
                keys.append(
                    Key(
                        status: status, isDisabled: facts.isDisabled, isRevoked: facts.isRevoked,
                        awaitsFirstUse: state.table[index].awaitsFirstUse, successor: record.successor, origin: origin,
                        lifetime: record.lifetime, sweepMarks: record.sweepMarks, expiry: left(record.expiresAt),
                        graceEnd: left(record.graceEndsAt), end: left(facts.end.at),
                        lastUse: age.map { min($0, Instant.Span.hours(24).milliseconds) }))
                records.value.append(record)
            }
        }
    }

    /// The ids of the keys that differ from an earlier snapshot of the same history.
    func changed(since earlier: RotationSnapshot) -> [String] {
        records.value.enumerated().filter { index, record in
            guard index < earlier.records.value.count else { return true }
            var old = earlier.records.value[index]
            // The ledger slot is not a property of the key.
            old.ledger = record.ledger
            return old != record
        }.map(\.element.id)
    }

    // MARK: Derived values, without the model

    var live: [Int] { keys.indices.filter { !keys[$0].status.isTerminal } }

    func verifies(_ key: Int) -> Bool { !keys[key].status.isTerminal && !keys[key].isDisabled }

    /// Whether a key of the name verifies, if its plan lets it.
    var hasVerifying: Bool { keys.indices.contains(where: verifies) }

    /// The live keys that have no verifying successor.
    var counted: Int {
        live.count { key in keys[key].successor.map { !verifies(Int($0) - 1) } ?? true }
    }

    /// The two keys of the open rotation, if there is one.
    var rotation: (old: Int, new: Int)? {
        for key in live {
            if let successor = keys[key].successor, !keys[Int(successor) - 1].isRevoked {
                return (key, Int(successor) - 1)
            }
        }
        return nil
    }
}
