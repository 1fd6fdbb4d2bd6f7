import Foundation
import KeywardCore
import KeywardStore
import KeywardTesting
import Testing

/// After any operations, a start from the store shows the same state.
struct RestartTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func randomHistoriesLookTheSameAfterARestart(seed: UInt64) throws {
        let store = InMemoryStore()
        var policy = Policy()
        policy.sweeps.retainTerminalDays = 60
        policy.sweeps.disableAfterDays = 50
        let fixture = try AuthorityFixture(store: store, policy: policy, seed: seed)
        var random = SeededGenerator(seed: seed &+ 1_000)
        var keys: [HeldKey] = []
        var done = 0
        for step in 0..<400 {
            if try act(fixture, &keys, &random) { done += 1 }
            if step % 40 == 39 {
                let before = try fixture.everyView()
                try fixture.flush()
                let flushed = try fixture.everyView()
                let meanings = meanings(fixture)
                try requireOneHolderForEachName(fixture)
                try fixture.restart()
                expectSame(try fixture.everyView(), flushed)
                #expect(self.meanings(fixture) == meanings)
                // A flush stores facts that already apply; it changes no status.
                #expect(before.map(\.status) == flushed.map(\.status))
                #expect(before.map(\.rotation?.graceEndsAt) == flushed.map(\.rotation?.graceEndsAt))
            }
        }
        #expect(done > 150)
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
        try requireOneHolderForEachName(fixture)
    }

    private func meanings(_ fixture: AuthorityFixture) -> [Int64?] {
        (0..<8).map { try? fixture.view(.name("key-\($0)")).record.number }
    }

    private func expectSame(_ left: [KeyView], _ right: [KeyView]) {
        #expect(left.map(\.record) == right.map(\.record))
        #expect(left.map(\.status) == right.map(\.status))
        #expect(left.map(\.facts) == right.map(\.facts))
        #expect(left.map(\.usage) == right.map(\.usage))
        #expect(left.map(\.actions) == right.map(\.actions))
        #expect(left.map(\.rotation?.graceEndsAt) == right.map(\.rotation?.graceEndsAt))
        #expect(left.map(\.rotation?.firstUsedAt) == right.map(\.rotation?.firstUsedAt))
    }

    /// A name means a live key with that name, if there is one. Only the two keys of a rotation share a name.
    private func requireOneHolderForEachName(_ fixture: AuthorityFixture) throws {
        let live = try fixture.everyView().filter { !$0.status.isTerminal }
        for (name, bearers) in Dictionary(grouping: live, by: \.record.name) {
            let found = try fixture.view(.name(name))
            #expect(bearers.contains { $0.record.number == found.record.number })
            #expect(bearers.filter { $0.status != .retiring && $0.record.successor == nil }.count <= 1)
        }
    }

    /// Performs a random operation; false if it was refused.
    private func act(
        _ fixture: AuthorityFixture, _ keys: inout [HeldKey], _ random: inout SeededGenerator
    ) throws -> Bool {
        let name = "key-\(Int.random(in: 0..<8, using: &random))"
        guard let key = keys.randomElement(using: &random), !random.chance(1, outOf: 8) else {
            return try attempt {
                let life: Instant.Span? =
                    random.chance(1, outOf: 2) ? .days(Int.random(in: 1...80, using: &random)) : nil
                keys.append(try fixture.create(name, expiresIn: life))
            }
        }
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1:
            let request = RotationRequest(
                grace: .hours(Int.random(in: 0...200, using: &random)), startsNow: random.chance(1, outOf: 3),
                expiresAt: random.chance(1, outOf: 3)
                    ? fixture.now + .days(Int.random(in: 1...60, using: &random)) : nil,
                isConfirmed: true)
            return try attempt { keys.append(try fixture.rotate(key.id, request)) }
        case 2: return try attempt { try fixture.confirm(key.id) }
        case 3: return try attempt { try fixture.cancel(key.id) }
        case 4: return try attempt { try fixture.revoke(key.id) }
        case 5: return try attempt { try fixture.disable(key.id) }
        case 6: return try attempt { try fixture.enable(key.id) }
        case 7: return try attempt { try fixture.update(key.id, KeyUpdate(name: name)) }
        case 8:
            let life = Int.random(in: 1...90, using: &random)
            return try attempt { try fixture.update(key.id, KeyUpdate(expiresAt: .some(fixture.now + .days(life)))) }
        case 9:
            for sweep in Sweep.allCases {
                _ = try fixture.authority.sweep(sweep, at: fixture.now, limit: 3, force: true)
            }
            return true
        case 10:
            fixture.clock.advance(by: .hours(Int.random(in: 0...100, using: &random)))
            return true
        default:
            fixture.verify(key, by: UInt32.random(in: 1...3, using: &random))
            return true
        }
    }

    private func attempt<R>(_ body: () throws -> R) throws -> Bool {
        do {
            _ = try body()
            return true
        } catch is Refusal {
            return false
        }
    }

    @Test func aHistoryInSQLiteLooksTheSameAfterARestart() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kwcore-\(UInt32.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = SeededGenerator(seed: 5)
        let store = try SQLiteStore(path: folder.appending(path: "keyward.db").path, randomness: &random)
        let fixture = try AuthorityFixture(store: store)
        var keys: [HeldKey] = []
        for _ in 0..<200 { _ = try act(fixture, &keys, &random) }
        try fixture.flush()
        let before = try fixture.everyView()
        try fixture.restart()
        expectSame(try fixture.everyView(), before)
        #expect(before.count > 10)
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
    }

    @Test(arguments: [StoreFault.cannotWrite("full"), .failed("disk")])
    func nothingThatWasNotStoredIsAcknowledgedOrVisible(fault: StoreFault) throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let (a, b) = (try fixture.create("a"), try fixture.create("b"))
        let c = try fixture.rotate(b.id)
        let (authority, now) = (fixture.authority, fixture.now)
        let calls: [(String, () throws -> Void)] = [
            ("create", { try fixture.create("x", requestID: "r") }), ("rotate", { try fixture.rotate(a.id) }),
            ("revoke", { try fixture.revoke(a.id) }), ("disable", { try fixture.disable(a.id) }),
            ("confirm", { try fixture.confirm(b.id) }), ("cancel", { try fixture.cancel(c.id) }),
            ("update", { try fixture.update(a.id, KeyUpdate(name: "x")) }),
            ("grant", { _ = try authority.grant(.admin, to: "uid:5", inWorkspace: "default", by: .root, at: now) }),
            ("workspace", { _ = try authority.createWorkspace(named: "x", plan: nil, tag: "x", by: .root, at: now) }),
            (
                "plan",
                {
                    _ = try authority.setPlan("free", ofWorkspace: "default", isConfirmed: true, by: .root, at: now)
                }
            ),
        ]
        for (name, call) in calls {
            let (views, stored, entries) = (try fixture.everyView(), try StoreSnapshot(of: store), fixture.entries)
            let head = try fixture.head.read()
            store.fail(.commit, with: fault)
            #expect(refusal(call) == (fault == .failed("disk") ? .failed : .readOnly), "\(name)")
            expectSame(try fixture.everyView(), views)
            #expect(try StoreSnapshot(of: store) == stored, "\(name)")
            #expect(fixture.entries == entries, "\(name)")
            #expect(try fixture.head.read() == head, "\(name)")
            #expect(authority.directory.workspaces.count == 1)
            #expect(authority.directory.grants(in: 1).isEmpty)
            #expect(fixture.verify(a) == .valid, "\(name)")
        }
        // A full disk is temporary; a failed one gets no more writes.
        #expect(refusal { try fixture.create("y", requestID: "r") } == (fault == .failed("disk") ? .failed : nil))
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
    }

    @Test func aStartNeedsItsPeppersAndPlans() throws {
        let fixture = try AuthorityFixture()
        let (pepper, policy) = (fixture.peppers, fixture.policy)
        fixture.peppers = PepperSet(current: Pepper(bytes: [UInt8](repeating: 7, count: 32)))
        #expect(throws: AuthorityFault.pepperMissing) { try fixture.restart() }
        fixture.peppers = pepper
        fixture.policy.plans = ["other": Plan(apiAccess: true)]
        #expect(throws: AuthorityFault.plansMissing(["standard"])) { try fixture.restart() }
        fixture.policy = policy
        try fixture.restart()
    }

    @Test func aNewPepperServesNewKeysAndOldKeysStay() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("old")
        let first = fixture.peppers.current
        fixture.peppers = PepperSet(current: Pepper(bytes: [UInt8](repeating: 7, count: 32)), retired: [first])
        try fixture.restart()
        #expect(fixture.actions.last == "pepper.added")
        let new = try fixture.create("new")
        #expect(fixture.verify(new) == .valid)
        #expect(fixture.verify(old) == .valid)
        #expect(new.view.record.pepper != old.view.record.pepper)
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
    }
}
