import KeywardCore
import KeywardTesting
import Testing

/// The operations on one key of an open rotation, and the state of the other.
struct OpenRotationTests {
    private let fixture: AuthorityFixture
    private let (old, new): (HeldKey, HeldKey)

    init() throws {
        fixture = try AuthorityFixture()
        old = try fixture.create("pay")
        new = try fixture.rotate(old.id)
    }

    private func kinds<R>(_ body: () throws -> R) -> [ConfirmationCheck.Kind] { checks(body).map(\.kind) }

    /// The prefixes in a refusal of a name; `nil` if there is no such refusal.
    private func keys<R>(_ body: () throws -> R) -> [NamedKey]? {
        do {
            _ = try body()
        } catch Refusal.invalidState(.twoLiveKeys(let keys), _) {
            return keys
        } catch {}
        return nil
    }

    private var expire: KeyUpdate { KeyUpdate(expiresAt: .some(fixture.now + .hours(1))) }

    // MARK: Names

    @Test func whatHurtsIsRefusedByNameAndTheKeysAreNamed() throws {
        let name = KeyReference.name("pay")
        let expected = [
            NamedKey(id: old.view.record.id, prefix: old.view.record.prefix, status: .retiring),
            NamedKey(id: new.view.record.id, prefix: new.view.record.prefix, status: .unused),
        ]
        let entries = fixture.entries.count
        for isConfirmed in [false, true] {
            #expect(keys { try fixture.revoke(name, isConfirmed: isConfirmed) } == expected)
            #expect(keys { try fixture.update(name, expire, isConfirmed: isConfirmed) } == expected)
        }
        #expect(keys { try fixture.disable(name) } == expected)
        #expect(keys { try fixture.enable(name) } == expected)
        #expect(fixture.entries.count == entries)
    }

    @Test func aDisabledKeyIsLiveAndAnEndedOneIsNot() throws {
        try fixture.disable(old.id)
        try fixture.disable(new.id)
        #expect(keys { try fixture.revoke(.name("pay")) }?.map(\.status) == [.disabled, .disabled])
        try fixture.revoke(old.id)
        try fixture.enable(.name("pay"))
        #expect(try fixture.status(new) == .unused)
    }

    @Test func whatCannotHurtMeansTheSuccessor() throws {
        #expect(try fixture.view(.name("pay")).record.number == new.number)
        #expect(
            try fixture.update(.name("pay"), KeyUpdate(attributes: KeyAttributeChanges(purpose: .some("x")))).record
                .number == new.number)
        #expect(refusal { try fixture.rotate(.name("pay")) } == .invalidState)
        #expect(try fixture.cancel(.name("pay")).record.number == old.number)
    }

    // MARK: Revoking

    @Test func anUnusedSuccessorIsRevokedOnlyWhenItIsConfirmedThatTheOldKeyContinues() throws {
        let found = checks { try fixture.revoke(new.id, isConfirmed: false) }
        #expect(found.map(\.kind) == [.otherEndContinues])
        #expect(found.first?.other?.prefix == old.view.record.prefix)
        #expect(found.first?.until == nil)
        #expect(try fixture.status(new) == .unused)
        let ended = try fixture.authority.revokeKey(
            new.id, workspace: nil, reason: "other", note: nil, isConfirmed: true, by: .root, at: fixture.now)
        #expect(ended.continues?.record.number == old.number)
        #expect(try fixture.view(old.id).actions == [.rotate, .revoke, .disable, .update])
        #expect(fixture.entries.suffix(2).map(\.action) == ["key.revoked", "rotation.cancelled"])
        #expect(fixture.entries.suffix(2).map(\.keyID) == [new.view.record.id, old.view.record.id])
    }

    @Test(arguments: [true, false])
    func anEndThatWasScheduledStays(byUse: Bool) throws {
        try fixture.cancel(old.id)
        let new = try fixture.rotate(
            old.id, RotationRequest(grace: .hours(24), startsNow: !byUse, isConfirmed: true))
        if byUse { fixture.verify(new) }
        fixture.clock.advance(by: .hours(2))
        let end = try #require(try fixture.view(old.id).rotation?.graceEndsAt)
        #expect(kinds { try fixture.revoke(new.id, isConfirmed: false) } == (byUse ? [.recentlyUsed] : []))
        try fixture.revoke(new.id)
        for _ in 0..<2 {
            #expect(try fixture.status(old) == .retiring)
            #expect(try fixture.view(old.id).rotation?.graceEndsAt == end)
            #expect(try fixture.view(.name("pay")).record.number == old.number)
            #expect(refusal { try fixture.create("pay") } == .conflict)
            #expect(refusal { try fixture.confirm(old.id) } == .invalidState)
            try fixture.restart()
        }
        fixture.clock.advance(to: end)
        #expect(fixture.verify(old) == .superseded)
        try fixture.create("pay")
    }

    @Test func aKeyWhoseSuccessorWasRevokedIsRotatedAgainAndEndsNoLater() throws {
        fixture.verify(new)
        let end = try #require(try fixture.view(old.id).rotation?.graceEndsAt)
        try fixture.revoke(new.id)
        fixture.clock.advance(by: .hours(2))
        #expect(try fixture.view(old.id).actions.contains(.rotate))
        let third = try fixture.rotate(.name("pay"))
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == end)
        fixture.verify(third)
        #expect(try fixture.view(old.id).rotation?.graceEndsAt == end)
    }

    @Test func revokingAKeyWhoseOtherEndIsDisabledLeavesNone() throws {
        try fixture.disable(old.id)
        #expect(kinds { try fixture.revoke(new.id, isConfirmed: false) } == [.otherEndContinues, .noVerifyingKey])
        try fixture.enable(old.id)
        try fixture.disable(new.id)
        let found = checks { try fixture.revoke(old.id, isConfirmed: false) }
        #expect(found.map(\.kind) == [.replacementUnused, .noVerifyingKey])
        #expect(found.last?.other?.status == .disabled)
        try fixture.disable(old.id)
        // Already no key verifies.
        #expect(kinds { try fixture.revoke(old.id, isConfirmed: false) } == [.replacementUnused])
    }

    @Test func anExpiredSuccessorIsRevokedOrTheRotationCancelledOrConfirmed() throws {
        try fixture.update(new.id, expire, isConfirmed: true)
        fixture.clock.advance(by: .hours(1))
        #expect(kinds { try fixture.revoke(new.id, isConfirmed: false) } == [.otherEndContinues])
        #expect(
            kinds { try fixture.confirm(.name("pay"), isConfirmed: false) } == [.replacementUnused, .noVerifyingKey])
        try fixture.cancel(.name("pay"))
        #expect(try fixture.status(old) == .unused)
        #expect(try fixture.status(new) == .revoked)
    }

    // MARK: Confirming

    @Test func confirmingForAKeyThatDoesNotVerifyAsksFirst() throws {
        fixture.verify(old)
        fixture.verify(new)
        try fixture.disable(new.id)
        #expect(kinds { try fixture.confirm(new.id, isConfirmed: false) } == [.recentlyUsed, .noVerifyingKey])
        try fixture.disable(old.id)
        #expect(try fixture.confirm(new.id, isConfirmed: false).record.number == new.number)
    }

    // MARK: Expiry

    @Test func anEarlierExpiryAsksWhatTheOtherEndDoes() throws {
        // The old key would be the only one, until its wait is over.
        let found = checks { try fixture.update(new.id, expire) }
        #expect(found.map(\.kind) == [.otherEndContinues])
        #expect(found.first?.until == old.view.record.createdAt + .days(30))
        try fixture.update(old.id, expire)
        // Now the old key ends first.
        try fixture.update(new.id, KeyUpdate(expiresAt: .some(fixture.now + .hours(2))))
        #expect(try fixture.view(new.id).record.expiresAt == fixture.now + .hours(2))
    }

    @Test func anEarlierExpiryOfTheOnlyKeyThatVerifiesAsks() throws {
        fixture.verify(new)
        try fixture.disable(old.id)
        #expect(kinds { try fixture.update(new.id, expire) } == [.noVerifyingKey])
        try fixture.enable(old.id)
        #expect(kinds { try fixture.update(new.id, expire) }.isEmpty)
        try fixture.disable(new.id)
        #expect(kinds { try fixture.update(old.id, expire) } == [.noVerifyingKey])
    }

    @Test func aLaterExpiryOfAKeyThatIsBeingReplacedAsks() throws {
        try fixture.update(old.id, expire)
        let later = KeyUpdate(expiresAt: .some(fixture.now + .days(90)))
        #expect(kinds { try fixture.update(old.id, later) } == [.otherEndContinues])
        try fixture.update(old.id, later, isConfirmed: true)
        fixture.verify(new)
        // Its grace period ends before either expiry.
        try fixture.update(old.id, KeyUpdate(expiresAt: .some(fixture.now + .days(99))))
    }

    @Test func outsideRotationsNothingNewIsAsked() throws {
        let key = try fixture.create("other")
        try fixture.update(.name("other"), expire)
        try fixture.update(.name("other"), KeyUpdate(expiresAt: .some(nil)))
        try fixture.disable(.name("other"))
        try fixture.enable(.name("other"))
        #expect(try fixture.revoke(.name("other"), isConfirmed: false).record.number == key.number)
    }

    // MARK: Replies

    @Test func disablingTellsWhichKeyContinues() throws {
        func disable(_ key: HeldKey) throws -> Int64? {
            try fixture.authority.disableKey(key.id, workspace: nil, by: .root, at: fixture.now).continues?.record
                .number
        }
        #expect(try disable(new) == old.number)
        #expect(try disable(old) == nil)
    }

    @Test func eachChangedKeyHasItsEntry() throws {
        func entries(_ body: () throws -> Void) throws -> [String] {
            let count = fixture.entries.count
            try body()
            try fixture.flush()
            return fixture.entries[count...].map { "\($0.action) \($0.keyID == old.view.record.id ? "old" : "new")" }
        }
        #expect(try entries { try fixture.cancel(old.id) } == ["key.revoked new", "rotation.cancelled old"])
        var next = new
        #expect(try entries { next = try fixture.rotate(old.id) } == ["key.rotated new", "rotation.started old"])
        #expect(
            try entries { fixture.verify(next) } == ["rotation.firstUse new", "rotation.graceStarted old"])
        #expect(
            try entries { try fixture.update(next.id, KeyUpdate(name: "paid")) }
                == ["key.updated old", "key.updated new"])
        #expect(try entries { try fixture.confirm(next.id) } == ["rotation.confirmed old"])
    }

    // MARK: Reading

    @Test func readsByNameFallBackToKeysThatEnded() throws {
        try fixture.revoke(old.id)
        try fixture.revoke(new.id)
        #expect(try fixture.view(.name("pay")).record.number == new.number)
        #expect(refusal { try fixture.revoke(.name("pay")) } == .notFound)
        let next = try fixture.create("pay")
        #expect(try fixture.view(.name("pay")).record.number == next.number)
        #expect(refusal { try fixture.view(.name("none")) } == .notFound)
    }

    @Test func byNameThePastOfThePredecessorsIsRead() throws {
        fixture.verify(old, by: 1)
        fixture.verify(new, by: 1)
        fixture.verify(new, by: 2)
        let third: HeldKey
        try fixture.confirm(new.id)
        third = try fixture.rotate(new.id)
        let numbers = [third, new, old].map(\.view.record.id)
        func usage(_ reference: KeyReference) throws -> Authority.KeyUsage {
            try fixture.authority.usage(
                of: reference, workspace: nil, from: fixture.now - .days(1), to: fixture.now + .hours(1), for: .root,
                at: fixture.now)
        }
        let all = try usage(.name("pay"))
        #expect(all.keys.map(\.id) == numbers)
        #expect(all.hours.map(\.valid) == [3])
        #expect(all.peers.map(\.uid) == [1, 2] && all.peers.map(\.valid) == [2, 1])
        #expect(try usage(new.id).hours.map(\.valid) == [2])
        let found = try fixture.authority.key(.name("pay"), workspace: nil, for: .root, at: fixture.now)
        #expect(found.predecessors.map(\.id) == [new, old].map(\.view.record.id))
        func audit(_ reference: KeyReference, limit: Int = 100) throws -> [AuditRecord] {
            try fixture.authority.auditEntries(
                workspace: nil, key: reference, AuditQuery(limit: limit), for: .root, at: fixture.now)
        }
        let ofAll = try audit(.name("pay"))
        #expect(Set(ofAll.compactMap(\.keyID)) == Set(numbers))
        #expect(ofAll.map(\.seq) == ofAll.map(\.seq).sorted())
        #expect(try audit(.name("pay"), limit: 2) == Array(ofAll.prefix(2)))
        let newest = try fixture.authority.auditEntries(
            workspace: nil, key: .name("pay"), AuditQuery(isNewestFirst: true, limit: 2), for: .root, at: fixture.now)
        #expect(newest == Array(ofAll.reversed().prefix(2)))
        #expect(try audit(new.id) == ofAll.filter { $0.keyID == new.view.record.id })
    }
}

/// A cap, and the keys of rotations.
struct CapTests {
    private func fixture(_ most: Int) throws -> AuthorityFixture {
        var policy = Policy()
        policy.plans["standard"] = Plan(apiAccess: true, maxKeys: most)
        return try AuthorityFixture(policy: policy)
    }

    @Test func aPredecessorCountsAgainWhenItsSuccessorNoLongerVerifies() throws {
        let fixture = try fixture(2)
        let old = try fixture.create("a")
        let new = try fixture.rotate(old.id)
        try fixture.disable(new.id)
        #expect(refusal { try fixture.create("b") } == .limitExceeded)
        try fixture.enable(new.id)
        try fixture.create("b")
        try fixture.disable(new.id)
        // Three count now, and two will when it verifies again.
        #expect(try fixture.enable(new.id).status == .unused)
        try fixture.update(
            new.id, KeyUpdate(expiresAt: .some(fixture.now + .hours(1))), isConfirmed: true)
        fixture.clock.advance(by: .hours(1))
        #expect(refusal { try fixture.create("c") } == .limitExceeded)
        try fixture.revoke(new.id)
        #expect(refusal { try fixture.create("c") } == .limitExceeded)
    }

    @Test func nothingIsMadeRotatedExtendedOrEnabledAboveTheCap() throws {
        let fixture = try fixture(9)
        let keys = [try fixture.create("a", expiresIn: .days(9)), try fixture.create("b", expiresIn: .days(9))]
        try fixture.disable(keys[1].id)
        var policy = Policy()
        policy.plans["standard"] = Plan(apiAccess: true, maxKeys: 1)
        fixture.authority.committer.adopt(policy)
        func expire(_ days: Int) -> KeyUpdate { KeyUpdate(expiresAt: .some(fixture.now + .days(days))) }
        #expect(refusal { try fixture.create("c") } == .limitExceeded)
        #expect(refusal { try fixture.rotate(keys[0].id) } == .limitExceeded)
        #expect(refusal { try fixture.update(keys[0].id, expire(10)) } == .limitExceeded)
        #expect(refusal { try fixture.enable(keys[1].id) } == .limitExceeded)
        try fixture.update(keys[0].id, expire(8))
        try fixture.revoke(keys[1].id)
        try fixture.update(keys[0].id, expire(10))
        try fixture.rotate(keys[0].id)
    }
}
