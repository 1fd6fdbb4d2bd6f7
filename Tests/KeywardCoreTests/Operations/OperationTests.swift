import KeywardCore
import KeywardTesting
import Testing

/// A refusal, without its text.
enum RefusalKind: Hashable {
    case invalidParam, permissionDenied, notFound, upgradeRequired, conflict, confirmationRequired, limitExceeded
    case invalidState, invalidClock, readOnly, policyViolation, notInABatch, shuttingDown, timedOut, failed

    init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .invalidParam: .invalidParam
            case .permissionDenied: .permissionDenied
            case .notFound: .notFound
            case .upgradeRequired: .upgradeRequired
            case .conflict: .conflict
            case .confirmationRequired: .confirmationRequired
            case .limitExceeded: .limitExceeded
            case .invalidState: .invalidState
            case .invalidClock: .invalidClock
            case .readOnly, .barred: .readOnly
            case .policyViolation: .policyViolation
            case .notInABatch: .notInABatch
            case .shuttingDown: .shuttingDown
            case .timedOut: .timedOut
            case .failed: .failed
            }
    }
}

/// The refusal of `body`; `nil` if there is none.
func refusal<R>(_ body: () throws -> R) -> RefusalKind? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? Refusal).map(RefusalKind.init)
    }
}

/// The checks that `body` causes.
func checks<R>(_ body: () throws -> R) -> [ConfirmationCheck] {
    do {
        _ = try body()
    } catch Refusal.confirmationRequired(let checks) {
        return checks
    } catch {}
    return []
}

struct CreateTests {
    @Test func aNewKeyIsThereAndItsSecretVerifies() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", expiresIn: .days(90), scopes: ["a:*"])
        #expect(key.view.status == .unused)
        #expect(key.view.actions == [.rotate, .revoke, .disable, .update])
        #expect(key.view.record.lifetime == .days(90))
        #expect(key.secret.hasPrefix(key.view.record.prefix + "_"))
        #expect(fixture.verify(key.secret, scopes: ["a:b"]).code == .valid)
        #expect(fixture.actions.last == "key.created")
        #expect(fixture.entries.last?.actor == Actor(uid: 0, user: "root"))
    }

    @Test func theSecretIsNowhereElse() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        let key = try fixture.create("crm")
        var stored = ""
        try dump(StoreSnapshot(of: store), to: &stored)
        #expect(!KeyFormat.occurs(in: Array(stored.utf8)))
        #expect(!stored.contains(key.secret.suffix(36)))
    }

    /// Everything is wrong at once; each correction shows the next refusal.
    @Test func refusalsComeInTheDocumentedOrder() throws {
        var policy = Policy()
        policy.plans["small"] = Plan(apiAccess: true, maxKeys: 1, maxLifetimeDays: 10, requirePurpose: true)
        let fixture = try AuthorityFixture(policy: policy)
        let (now, authority) = (fixture.now, fixture.authority)
        let first = try fixture.create("taken", requestID: "r1")
        var new = NewKey(name: "taken", expiresAt: now + .days(11), requestID: "r1")
        func plan(_ name: String) throws {
            _ = try authority.setPlan(name, ofWorkspace: "default", isConfirmed: true, by: .root, at: now)
        }
        func create(by caller: Caller = .root) -> RefusalKind? {
            refusal { try authority.createKey(new, by: caller, at: now, using: &fixture.random) }
        }
        try plan("free")
        new.workspace = "none"
        #expect(create(by: .ada) == .permissionDenied)
        #expect(create() == .notFound)
        new.workspace = nil
        #expect(create(by: .ada) == .permissionDenied)
        #expect(create() == .upgradeRequired)
        try plan("small")
        #expect(create() == .limitExceeded)
        let second = try fixture.rotate(first.id, RotationRequest(expiresAt: now + .days(1), isConfirmed: true))
        #expect(create() == .limitExceeded)
        try fixture.revoke(second.id)
        #expect(create() == .limitExceeded)
        policy.plans["small"]?.maxKeys = 9
        authority.committer.adopt(policy)
        #expect(create() == .conflict)
        new.requestID = "r2"
        #expect(create() == .conflict)
        new.name = "No Slug"
        #expect(create() == .policyViolation)
        new.name = "free-name"
        #expect(create() == .policyViolation)
        new.expiresAt = now
        #expect(create() == .policyViolation)
        new.expiresAt = now + .days(10)
        #expect(create() == .policyViolation)
        new.attributes.purpose = "billing"
        #expect(create() == nil)
    }

    @Test func aRequestIdIsRememberedForThirtyDays() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("crm", requestID: "r1")
        try fixture.revoke(key.id)
        try fixture.restart()
        fixture.clock.advance(to: fixture.now + .days(30) - Instant.Span(milliseconds: 1))
        do {
            try fixture.create("other", requestID: "r1")
            Issue.record("created twice")
        } catch .conflict(_, let id) {
            #expect(id == key.view.record.id)
        }
        let live = try fixture.create("third")
        #expect(
            refusal { try fixture.rotate(live.id, RotationRequest(requestID: "r1", isConfirmed: true)) } == .conflict)
        fixture.clock.advance(by: Instant.Span(milliseconds: 1))
        try fixture.create("other", requestID: "r1")
    }

    @Test func aRetiringKeyDoesNotCountTowardsTheCap() throws {
        var policy = Policy()
        policy.plans["standard"] = Plan(apiAccess: true, maxKeys: 2)
        let fixture = try AuthorityFixture(policy: policy)
        let first = try fixture.create("a")
        let second = try fixture.create("b", expiresIn: .days(1))
        try fixture.rotate(first.id)
        #expect(refusal { try fixture.create("c") } == .limitExceeded)
        try fixture.disable(second.id)
        #expect(refusal { try fixture.create("c") } == .limitExceeded)
        fixture.clock.advance(by: .days(1))
        try fixture.create("c")
        #expect(refusal { try fixture.rotate(second.id) } == .limitExceeded)
    }

    @Test func theCapCountsKeysThatRestDisabledAlsoAfterARestart() throws {
        var policy = Policy()
        policy.plans["standard"] = Plan(apiAccess: true, maxKeys: 2)
        let fixture = try AuthorityFixture(policy: policy)
        let keys = [try fixture.create("a"), try fixture.create("b")]
        for key in keys { try fixture.disable(key.id) }
        #expect(refusal { try fixture.create("c") } == .limitExceeded)
        try fixture.restart()
        #expect(refusal { try fixture.create("c") } == .limitExceeded)
        try fixture.revoke(keys[0].id)
        try fixture.create("c")
        #expect(refusal { try fixture.create("d") } == .limitExceeded)
    }

    @Test func aPersonalNameDrawsAdviceOrARefusal() throws {
        var policy = Policy()
        let fixture = try AuthorityFixture()
        let new = NewKey(name: "ada-laptop")
        let made = try fixture.authority.createKey(new, by: .root, at: fixture.now, using: &fixture.random)
        #expect(made.advice == [.nameLooksPersonal(.person)])
        policy.personalNames = .refuse
        fixture.authority.committer.adopt(policy)
        #expect(refusal { try fixture.create("lovelace-ada") } == .policyViolation)
    }
}

struct LocateTests {
    private func members() throws -> (AuthorityFixture, HeldKey) {
        let fixture = try AuthorityFixture()
        _ = try fixture.authority.grant(.viewer, to: "user:ada", inWorkspace: "default", by: .root, at: fixture.now)
        return (fixture, try fixture.create("crm", owner: OwnerRecord(principal: "user:ben")))
    }

    @Test func strangersLearnNothing() throws {
        let (fixture, key) = try members()
        let eve = Caller.user("eve", 1_666)
        for reference in [key.id, .prefix(key.view.record.prefix), .id("key_none"), .prefix("kw_00000000")] {
            #expect(refusal { try fixture.view(reference, for: eve) } == .notFound)
            #expect(refusal { try fixture.revoke(reference, by: eve) } == .notFound)
            #expect(refusal { try fixture.confirm(reference, by: eve) } == .notFound)
        }
        for name in ["crm", "none"] {
            #expect(refusal { try fixture.view(.name(name), for: eve) } == .permissionDenied)
        }
        for workspace in ["default", "none"] {
            let call = { try fixture.authority.key(key.id, workspace: workspace, for: eve, at: fixture.now) }
            #expect(refusal(call) == .permissionDenied)
        }
        #expect(refusal { try fixture.authority.workspaces(for: eve, at: fixture.now) } == .permissionDenied)
    }

    @Test func viewersLookAndDoNotTouch() throws {
        let (fixture, key) = try members()
        #expect(try fixture.view(key.id, for: .ada).actions.isEmpty)
        #expect(try fixture.view(.name("crm"), for: .ada).record.number == key.number)
        #expect(refusal { try fixture.view(.name("none"), for: .ada) } == .notFound)
        for call in [fixture.revoke, { r, _, c in try fixture.confirm(r, by: c) }]
            as [(KeyReference, Bool, Caller) throws -> KeyView]
        {
            #expect(refusal { try call(key.id, true, .ada) } == .permissionDenied)
            #expect(refusal { try call(.name("none"), true, .ada) } == .permissionDenied)
        }
        #expect(refusal { try fixture.create("x", by: .ada) } == .permissionDenied)
        #expect(refusal { try fixture.rotate(key.id, by: .ada) } == .permissionDenied)
        #expect(refusal { try fixture.cancel(key.id, by: .ada) } == .permissionDenied)
        #expect(refusal { try fixture.disable(key.id, by: .ada) } == .permissionDenied)
        #expect(refusal { try fixture.enable(key.id, by: .ada) } == .permissionDenied)
        #expect(refusal { try fixture.update(key.id, KeyUpdate(), by: .ada) } == .permissionDenied)
    }

    @Test func aKeyOfAnotherWorkspaceIsNotFoundThere() throws {
        let (fixture, key) = try members()
        _ = try fixture.authority.createWorkspace(named: "acme", plan: nil, tag: "acme", by: .root, at: fixture.now)
        let call = { try fixture.authority.key(key.id, workspace: "acme", for: .root, at: fixture.now) }
        #expect(refusal(call) == .notFound)
    }

    @Test func theOwnerConfirmsByNamePrefixOrID() throws {
        for member in [true, false] {
            let (fixture, key) = try members()
            if member {
                _ = try fixture.authority.grant(
                    .viewer, to: "user:ben", inWorkspace: "default", by: .root, at: fixture.now)
            }
            let new = try fixture.rotate(key.id)
            fixture.verify(new)
            for reference in [.name("crm"), key.id, .prefix(new.view.record.prefix)] as [KeyReference] {
                #expect(try fixture.confirm(reference, by: .ben).record.number == new.number)
            }
            #expect(refusal { try fixture.cancel(new.id, by: .ben) } == (member ? .permissionDenied : .notFound))
            fixture.accounts.setUser("ben", to: 1_900)
            // Neither the ownership nor the role passes to the new holder of the login.
            #expect(refusal { try fixture.confirm(key.id, by: .ben) } == .notFound)
        }
    }
}
