import KeywardCore
import Testing

extension StoreContract {
    /// A commit is complete, ordered and visible at once.
    static let changes = [
        StoreContract("a change that breaks a rule leaves nothing of itself") { fixture in
            var records = RandomRecords(seed: 20)
            var first = keys(3, from: &records)
            first.audit = [records.entry()]
            try fixture.store.commit(first)
            let before = try StoreSnapshot(of: fixture.store)
            for (what, broken) in breaking(first, with: &records) {
                #expect(throws: StoreFault.self, "\(what)") { try fixture.store.commit(broken) }
                #expect(try StoreSnapshot(of: fixture.store) == before, "\(what)")
            }
            // The store works after each.
            try fixture.store.commit(keys(1, from: &records))
            #expect(try keys(of: fixture.store).count == 4)
        },
        StoreContract("a renewed key has its new digest, and no other key may have it") { fixture in
            var records = RandomRecords(seed: 23)
            var changes = keys(2, from: &records)
            try fixture.store.commit(changes)
            (changes.keys[0].digest, changes.keys[0].pepper) = (records.digest(), PepperID(rawValue: 7))
            changes.renewed = [changes.keys[0].number]
            try fixture.store.commit(changes)
            let stored = try keys(of: fixture.store)
            #expect(Set(stored.map(\.digest)) == Set(changes.keys.map(\.digest)))
            changes.keys[1].digest = changes.keys[0].digest
            changes.renewed = [changes.keys[1].number]
            #expect(throws: StoreFault.self) { try fixture.store.commit(changes) }
        },
        StoreContract("a commit is seen by the next read on any thread") { fixture in
            var records = RandomRecords(seed: 21)
            try fixture.store.commit(keys(1, from: &records))
            for number in Int64(2)...50 {
                var changes = Changes(mark: Instant(milliseconds: number))
                changes.keys = [records.key(in: 1)]
                try fixture.store.commit(changes)
                let state = try fixture.store.loadState()
                #expect(state.lastKeyNumber == number)
                #expect(state.mark == Instant(milliseconds: number))
            }
        },
        StoreContract("the mark never goes back, neither by a commit nor by a flush") { fixture in
            for (mark, expected) in [(50, 50), (40, 50), (60, 60)] as [(Int64, Int64)] {
                try fixture.store.commit(Changes(mark: Instant(milliseconds: mark)))
                #expect(try fixture.store.loadState().mark == Instant(milliseconds: expected))
            }
            for (mark, expected) in [(70, 70), (65, 70)] as [(Int64, Int64)] {
                try fixture.store.flush(UsageFlush(mark: Instant(milliseconds: mark)))
                #expect(try fixture.store.loadState().mark == Instant(milliseconds: expected))
            }
        },
        StoreContract("the clock is kept with the change that has it") { fixture in
            #expect(try fixture.store.loadState().clock == nil)
            var changes = Changes(mark: Instant(milliseconds: 9))
            for boot in ["a", "b"] {
                changes.clock = ClockRecord(
                    wall: Instant(milliseconds: 7), bootTime: .seconds(5), boot: boot, unproven: .days(1))
                try fixture.store.commit(changes)
                #expect(try fixture.store.loadState().clock == changes.clock)
            }
            try fixture.store.commit(Changes(mark: Instant(milliseconds: 10)))
            #expect(try fixture.afterKill().loadState().clock == changes.clock)
        },
        StoreContract("when the mark is set back no time is later, and usage of later hours is that of its hour") {
            fixture in
            let mark = Instant(milliseconds: 5 * 3_600_000)
            try fixture.store.commit(later(than: mark))
            func hour(_ key: Int64, _ hour: Int64, _ valid: Int64) -> HourUsage {
                HourUsage(key: key, hour: hour, valid: valid, refused: 1)
            }
            var usage = UsageFlush(mark: mark + .days(9))
            usage.hours = [hour(1, 4, 1), hour(1, 5, 2), hour(1, 6, 3), hour(1, 99, 4), hour(2, 7, 5)]
            usage.totals = [UsageTotals(key: 1, valid: 9, refused: 3, lastUsedAt: mark + .days(8), lastUsedBy: 7)]
            usage.peers = [PeerShare(key: 1, uid: 7, valid: 9, lastUsedAt: mark + .days(8))]
            try fixture.store.flush(usage)
            var changes = Changes(mark: mark)
            changes.setsBack = true
            try fixture.store.commit(changes)
            for store in [fixture.store, try fixture.afterKill()] {
                let state = try store.loadState()
                #expect(state.mark == mark)
                #expect(state.workspaces.map(\.createdAt) == [mark] && state.requests.map(\.at) == [mark])
                #expect(state.grants.allSatisfy { $0.grantedAt <= mark })
                let snapshot = try StoreSnapshot(of: store)
                #expect(snapshot.totals[0].lastUsedAt == mark && snapshot.peers.map(\.lastUsedAt) == [mark])
                #expect(
                    snapshot.hours == [
                        hour(1, 4, 1), HourUsage(key: 1, hour: 5, valid: 9, refused: 3),
                        HourUsage(key: 2, hour: 5, valid: 5, refused: 1),
                    ])
            }
        },
        StoreContract("a key's place for its usage is changed without the rest, and of a key that is not there nothing")
        {
            fixture in
            var records = RandomRecords(seed: 24)
            var first = keys(3, from: &records)
            try fixture.store.commit(first)
            var changes = Changes(mark: first.mark)
            for (place, number) in [first.keys[0].number, first.keys[2].number, 99].enumerated() {
                let place = LedgerSlot(slot: UInt32(place), generation: .max)
                changes.places.append(KeyLedgerSlot(key: number, place: place))
            }
            try fixture.store.commit(changes)
            first.keys[0].ledger = changes.places[0].place
            first.keys[2].ledger = changes.places[1].place
            #expect(try keys(of: fixture.store) == first.keys)
        },
        StoreContract("the number of a purged key is not forgotten") { fixture in
            var records = RandomRecords(seed: 22)
            try fixture.store.commit(keys(5, from: &records))
            var purge = Changes(mark: Instant(milliseconds: 9))
            purge.purged = [4, 5]
            try fixture.store.commit(purge)
            #expect(try fixture.afterKill().loadState().lastKeyNumber == 5)
        },
        StoreContract("a purge takes the key's usage and requests and leaves its tombstone", purging),
        StoreContract("the tombstone tells what ended the key", burying),
        StoreContract("a grant replaces that of the same principal, and only it is removed") { fixture in
            var changes = Changes(mark: Instant(milliseconds: 0))
            var records = RandomRecords(seed: 23)
            changes.workspaces = [records.workspace(1), records.workspace(2)]
            let user = Principal(kind: .user, name: "ada", id: 1_000)
            let namesake = Principal(kind: .group, name: "ada", id: 1_000)
            let grants = [(1, user), (1, namesake), (2, user)].map {
                Grant(
                    workspace: $0, principal: $1, role: .viewer, grantedAt: Instant(milliseconds: 1),
                    grantedBy: Actor(uid: 0))
            }
            changes.granted = grants
            try fixture.store.commit(changes)
            var next = Changes(mark: Instant(milliseconds: 1))
            var promoted = grants[0]
            promoted.role = .admin
            promoted.principal.id = 1_001
            next.granted = [promoted]
            next.removed = [grants[1]]
            try fixture.store.commit(next)
            #expect(try fixture.store.loadState().grants == [promoted, grants[2]])
        },
        StoreContract("requests made before an instant are forgotten, those made at it are not") { fixture in
            var changes = Changes(mark: Instant(milliseconds: 0))
            changes.requests = (1...4).map {
                RequestRecord(workspace: 1, requestID: "r\($0)", key: $0, at: Instant(milliseconds: $0 * 10))
            }
            try fixture.store.commit(changes)
            var forget = Changes(mark: Instant(milliseconds: 0))
            forget.forgetRequestsBefore = Instant(milliseconds: 30)
            try fixture.store.commit(forget)
            #expect(try fixture.store.loadState().requests == Array(changes.requests[2...]))
        },
        StoreContract("request ids are told apart by their bytes") { fixture in
            var changes = Changes(mark: Instant(milliseconds: 0))
            changes.requests = ["\u{e9}", "e\u{301}"].map {
                RequestRecord(workspace: 1, requestID: $0, key: 1, at: Instant(milliseconds: 1))
            }
            try fixture.store.commit(changes)
            #expect(try fixture.store.loadState().requests.count == 2)
        },
    ]

    /// Changes that each break a rule in their last part, after valid parts.
    private static func breaking(
        _ present: Changes, with records: inout RandomRecords
    ) -> [(what: String, changes: Changes)] {
        func attempt(_ spoil: (inout Changes) -> Void) -> Changes {
            var copy = records
            var changes = Changes(mark: Instant(milliseconds: 99))
            changes.workspaces = [copy.workspace(2)]
            changes.keys = [copy.key(in: 2), copy.key(in: 2)]
            changes.purged = [1]
            changes.audit = [copy.entry()]
            spoil(&changes)
            return changes
        }
        return [
            ("a digest twice", attempt { $0.keys[1].digest = present.keys[1].digest }),
            ("an id twice", attempt { $0.keys[1].id = present.keys[1].id }),
            ("a prefix twice", attempt { $0.keys[1].prefix = present.keys[1].prefix }),
            ("a workspace that is not there", attempt { $0.keys[1].workspace = 77 }),
            ("an entry twice", attempt { $0.audit[0].seq = 1 }),
            ("a gap between entries", attempt { $0.audit[0].seq = 3 }),
        ]
    }

    @Sendable private static func purging(_ fixture: any StoreFixture) throws {
        var records = RandomRecords(seed: 24)
        var changes = keys(3, from: &records)
        changes.requests = (1...3).map { records.request(in: 1, for: $0) }
        for index in 0..<3 { changes.requests[index].requestID = "r\(index)" }
        try fixture.store.commit(changes)
        var usage = UsageFlush(mark: Instant(milliseconds: 5))
        for number in Int64(1)...3 {
            usage.totals.append(records.totals(of: number))
            usage.hours.append(records.hour(of: number))
            usage.peers.append(records.peer(of: number))
        }
        try fixture.store.flush(usage)
        var purge = Changes(mark: Instant(milliseconds: 7))
        purge.purged = [2, 2, 44]
        try fixture.store.commit(purge)
        // A late write for a purged key does not restore it.
        try fixture.store.flush(usage)

        let after = try StoreSnapshot(of: fixture.store)
        #expect(after.keys == [changes.keys[0], changes.keys[2]])
        #expect(after.totals == [usage.totals[0], usage.totals[2]])
        #expect(after.peers == [usage.peers[0], usage.peers[2]])
        #expect(after.requests == [changes.requests[0], changes.requests[2]])
        #expect(try fixture.store.usage(ofKey: 2, hours: 0..<1_000).isEmpty)
        let tombstones = try fixture.tombstones()
        #expect(tombstones.map(\.id) == [changes.keys[1].id])
        #expect(tombstones.map(\.digest) == [changes.keys[1].digest])
        #expect(tombstones.map(\.purgedAt) == [Instant(milliseconds: 7)])
    }

    @Sendable private static func burying(_ fixture: any StoreFixture) throws {
        var records = RandomRecords(seed: 25)
        var changes = keys(5, from: &records)
        let (early, late) = (Instant(milliseconds: 10), Instant(milliseconds: 20))
        let revoked = KeyRecord.Revocation(at: late, by: Actor(uid: 0), reason: "compromised")
        let facts: [(KeyRecord.Revocation?, grace: Instant?, expiry: Instant?, reason: String)] = [
            (revoked, early, early, "compromised"), (nil, early, late, "superseded"), (nil, early, nil, "superseded"),
            (nil, early, early, "expired"), (nil, nil, late, "expired"),
        ]
        for (index, fact) in facts.enumerated() {
            changes.keys[index].revocation = fact.0
            changes.keys[index].graceEndsAt = fact.grace
            changes.keys[index].expiresAt = fact.expiry
        }
        try fixture.store.commit(changes)
        var purge = Changes(mark: late)
        purge.purged = changes.keys.map(\.number)
        try fixture.store.commit(purge)
        let reasons = Dictionary(uniqueKeysWithValues: try fixture.tombstones().map { ($0.id, $0.reason) })
        #expect(changes.keys.map { reasons[$0.id] } == facts.map(\.reason))
    }
}

extension StoreContract {
    /// Two keys, and a workspace, a request and a grant with times after `mark`.
    private static func later(than mark: Instant) -> Changes {
        var records = RandomRecords(seed: 26)
        var changes = keys(2, from: &records)
        changes.mark = mark + .days(9)
        changes.workspaces[0].createdAt = mark + .days(1)
        changes.requests = [RequestRecord(workspace: 1, requestID: "r", key: 1, at: mark + .days(2))]
        changes.granted = [
            Grant(
                workspace: 1, principal: Principal(kind: .user, name: "ada", id: 1_001), role: .admin,
                grantedAt: mark + .days(3), grantedBy: Actor(uid: 0))
        ]
        return changes
    }
}
