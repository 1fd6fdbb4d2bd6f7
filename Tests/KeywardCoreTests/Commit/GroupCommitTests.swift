import Dispatch
import KeywardCore
import KeywardTesting
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Changes that arrive during the write of others.
struct GroupCommitTests {
    private let store = GatedStore()
    private let fixture: AuthorityFixture
    private let callers = DispatchGroup()

    init() throws {
        fixture = try AuthorityFixture(store: store)
    }

    @Test func changesThatComeWhileOthersAreWrittenShareTheNextTransaction() throws {
        let before = store.inner.writes.commits
        store.hold()
        let keys = Outcomes()
        create("first", into: keys)
        store.waitUntilHeld()
        for number in 0..<20 { create("key-\(number)", into: keys) }
        waitInLine(20)
        store.letGo()
        callers.wait()
        #expect(keys.made.count == 21)
        #expect(store.inner.writes.commits - before == 2)
        try expectAllKept()
    }

    @Test func nothingIsInForceBeforeItIsOnDisk() throws {
        let key = try fixture.create("gateway")
        store.hold()
        let (authority, now) = (fixture.authority, fixture.now)
        run {
            _ = try authority.revokeKey(
                .name("gateway"), workspace: nil, reason: "other", note: nil, isConfirmed: true, by: .root, at: now)
        }
        store.waitUntilHeld()
        #expect(fixture.verify(key) == .valid)
        store.letGo()
        callers.wait()
        #expect(fixture.verify(key) == .revoked)
    }

    @Test func aNameOnItsWayIsTaken() throws {
        store.hold()
        let keys = Outcomes()
        create("gateway", into: keys)
        store.waitUntilHeld()
        create("gateway", into: keys)
        create("other", into: keys)
        waitInLine(1)
        store.letGo()
        callers.wait()
        #expect(keys.made.sorted() == ["gateway", "other"])
        #expect(keys.refused == [.conflict])
    }

    @Test func aChangeOfAKeyOnItsWayMeetsTheKeyAsItWillBe() throws {
        try fixture.create("gateway")
        store.hold()
        let (authority, now) = (fixture.authority, fixture.now)
        let refusals = Outcomes()
        run {
            _ = try authority.revokeKey(
                .name("gateway"), workspace: nil, reason: "other", note: nil, isConfirmed: true, by: .root, at: now)
        }
        store.waitUntilHeld()
        run {
            refusals.note("disable") {
                _ = try authority.disableKey(.name("gateway"), workspace: nil, by: .root, at: now)
            }
        }
        create("other", into: refusals)
        waitInLine(1)
        store.letGo()
        callers.wait()
        // A revoked key no longer holds its name.
        #expect(refusals.refused == [.notFound])
        #expect(fixture.actions.filter { $0 == "key.disabled" }.isEmpty)
    }

    @Test(arguments: [1, 3, 7]) func aPlansCapHoldsForChangesThatComeTogether(cap: Int) throws {
        var policy = Policy()
        policy.plans["standard"]?.maxKeys = cap
        let fixture = try AuthorityFixture(store: store, policy: policy)
        let keys = Outcomes()
        store.hold()
        create("first", on: fixture, into: keys)
        store.waitUntilHeld()
        for number in 0..<10 { create("key-\(number)", on: fixture, into: keys) }
        waitInLine(10, on: fixture)
        store.letGo()
        callers.wait()
        #expect(keys.made.count == cap)
        #expect(keys.refused == Array(repeating: .limitExceeded, count: 11 - cap))
    }

    @Test func aTransactionThatFailsRefusesAllItsChangesAndThoseBehindItAreDecidedAnew() throws {
        let keys = Outcomes()
        store.hold()
        create("first", into: keys)
        store.waitUntilHeld()
        for number in 0..<5 { create("key-\(number)", into: keys) }
        waitInLine(5)
        // The first is already being written; the group of five fails while others wait behind it.
        store.inner.fail(.commit, with: .cannotWrite("full"), after: 1)
        store.letGo(holdingNext: true)
        store.waitUntilHeld()
        for number in 5..<9 { create("key-\(number)", into: keys) }
        waitInLine(4)
        store.letGo()
        callers.wait()
        #expect(keys.refused == Array(repeating: .readOnly, count: 5))
        #expect(keys.made.sorted() == ["first", "key-5", "key-6", "key-7", "key-8"])
        #expect(try fixture.everyView().map(\.record.name).sorted() == keys.made.sorted())
        try expectAllKept()
    }

    @Test func aPolicyThatComesInBetweenDecidesWhatWaits() throws {
        let keys = Outcomes()
        store.hold()
        create("first", into: keys)
        store.waitUntilHeld()
        create("second", into: keys)
        waitInLine(1)
        var policy = Policy()
        policy.plans["standard"]?.apiAccess = false
        let authority = fixture.authority
        run { [policy] in authority.committer.adopt(policy) }
        store.letGo()
        callers.wait()
        // In either order, the second key exists exactly if it was created under the old policy.
        let views = try fixture.everyView()
        #expect(views.map(\.record.name).sorted() == keys.made.sorted())
        #expect(keys.refused.allSatisfy { $0 == .upgradeRequired })
        #expect(fixture.authority.directory.policy == policy)
    }

    /// A change of members must be alone in its group, while others keep arriving.
    @Test func aChangeThatMustBeAloneIsNotKeptWaitingByThoseThatCome() throws {
        let (authority, now) = (fixture.authority, fixture.now)
        let keys = Outcomes()
        store.hold()
        create("first", into: keys)
        store.waitUntilHeld()
        run { _ = try authority.grant(.admin, to: "user:ada", inWorkspace: "default", by: .root, at: now) }
        var transactions = 0
        while transactions < 10, !store.holdsGrant {
            transactions += 1
            create("key-\(transactions)", into: keys)
            waitInLine(1)
            store.letGo(holdingNext: true)
            store.waitUntilHeld()
        }
        store.letGo()
        callers.wait()
        #expect(transactions <= 4)
        try expectAllKept()
    }

    /// The waiting change was requested a second earlier. It must not be decided by the state at that time.
    @Test func aRotationThatIsConfirmedIsNotTakenBackByWhoeverAskedBefore() throws {
        let old = try fixture.create("gateway")
        try fixture.rotate(.name("gateway"))
        fixture.clock.advance(by: .seconds(10))
        let (authority, now) = (fixture.authority, fixture.now)
        store.hold()
        run {
            _ = try authority.confirmRotation(.name("gateway"), workspace: nil, isConfirmed: true, by: .root, at: now)
        }
        store.waitUntilHeld()
        let outcomes = Outcomes()
        run {
            outcomes.note("cancel") {
                _ = try authority.cancelRotation(
                    .name("gateway"), workspace: nil, by: .root, at: now + .seconds(-1))
            }
        }
        store.letGo()
        callers.wait()
        #expect(outcomes.made == [])
        #expect(fixture.verify(old) == .superseded)
        let instants = fixture.entries.map(\.at)
        #expect(instants == instants.sorted())
    }

    @Test func aRequestThatIsRepeatedWhileItIsOnItsWayIsToldItsKey() throws {
        let (authority, now) = (fixture.authority, fixture.now)
        let nameless = Mutex<Int>(0)
        for round in 0..<500 {
            for thread in 0..<4 {
                run {
                    var random = SeededGenerator(seed: UInt64(round * 4 + thread))
                    do throws(Refusal) {
                        let new = NewKey(name: "key-\(round)", requestID: "request-\(round)")
                        _ = try authority.createKey(new, by: .root, at: now, using: &random)
                    } catch {
                        if case .conflict(_, keyID: nil) = error { nameless.withLock { $0 += 1 } }
                    }
                }
            }
            callers.wait()
        }
        #expect(nameless.withLock { $0 } == 0)
    }

    /// Usage is written beside changes.
    @Test func aStoreThatHasFailedStaysSoWhateverElseSucceeds() throws {
        let key = try fixture.create("gateway")
        #expect(fixture.verify(key) == .valid)
        let keys = Outcomes()
        store.hold()
        create("other", into: keys)
        store.waitUntilHeld()
        store.inner.fail(.flush, with: .failed("disk"))
        #expect(throws: StoreFault.failed("disk")) { try fixture.authority.flushUsage(limit: 10, at: fixture.now) }
        store.letGo()
        callers.wait()
        #expect(keys.made == ["other"])
        #expect(fixture.authority.committer.storeHealth == .failed(.failed("disk")))
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func whatManyThreadsDoIsTheSameAfterARestart(seed: UInt64) throws {
        let (authority, now) = (fixture.authority, fixture.now)
        for thread in 0..<8 {
            run {
                var random = SeededGenerator(seed: seed &* 100 &+ UInt64(thread))
                for _ in 0..<60 { Self.act(on: authority, at: now, &random) }
            }
        }
        callers.wait()
        try expectAllKept()
        let live = try fixture.everyView().filter { !$0.status.isTerminal && $0.status != .retiring }
        #expect(Set(live.map(\.record.name)).count == live.count)
    }

    /// A random change of one of a few keys.
    private static func act(on authority: Authority, at now: Instant, _ random: inout SeededGenerator) {
        let name = "key-\(Int.random(in: 0..<6, using: &random))"
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: _ = try? authority.createKey(NewKey(name: name), by: .root, at: now, using: &random)
        case 2:
            let request = RotationRequest(isConfirmed: true)
            _ = try? authority.rotateKey(.name(name), workspace: nil, request, by: .root, at: now, using: &random)
        case 3: _ = try? authority.cancelRotation(.name(name), workspace: nil, by: .root, at: now)
        case 4: _ = try? authority.disableKey(.name(name), workspace: nil, by: .root, at: now)
        default:
            _ = try? authority.revokeKey(
                .name(name), workspace: nil, reason: "other", note: nil, isConfirmed: true, by: .root, at: now)
        }
    }

    // MARK: Shared parts

    /// Memory equals a start from the store, and the audit chain is intact.
    private func expectAllKept() throws {
        let before = try fixture.everyView()
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
        try fixture.restart()
        #expect(try fixture.everyView().map(\.record) == before.map(\.record))
        #expect(try fixture.everyView().map(\.status) == before.map(\.status))
    }

    private func create(_ name: String, on other: AuthorityFixture? = nil, into outcomes: Outcomes) {
        let (authority, now) = ((other ?? fixture).authority, fixture.now)
        let seed = name.utf8.reduce(UInt64(name.utf8.count)) { $0 &* 31 &+ UInt64($1) }
        run {
            outcomes.note(name) {
                var random = SeededGenerator(seed: seed)
                _ = try authority.createKey(NewKey(name: name), by: .root, at: now, using: &random)
            }
        }
    }

    /// Runs `body` on its own thread.
    private func run(_ body: @escaping @Sendable () throws -> Void) {
        DispatchQueue(label: "caller").async(group: callers) {
            do { try body() } catch { Issue.record(error) }
        }
    }

    /// Waits until this many changes wait for a decision.
    private func waitInLine(_ count: Int, on other: AuthorityFixture? = nil) {
        while (other ?? fixture).authority.committer.waitingChanges < count { sched_yield() }
    }
}

/// The outcomes of changes from several threads.
private final class Outcomes: Sendable {
    private let state = Mutex<(made: [String], refused: [RefusalKind])>(([], []))

    var made: [String] { state.withLock { $0.made } }
    var refused: [RefusalKind] { state.withLock { $0.refused } }

    func note(_ name: String, _ body: () throws -> Void) {
        let kind = refusal(body)
        state.withLock { state in
            if let kind { state.refused.append(kind) } else { state.made.append(name) }
        }
    }
}
