import KeywardTesting
import Testing

@testable import KeywardCore
@testable import KeywardServer

/// Limits that a plan gives to keys without limits of their own.
@Suite struct PlanLimitTests {
    private let ledger = UsageMemory()
    private let store = InMemoryStore()
    private let daemon: InMemoryDaemon

    init() throws {
        daemon = try InMemoryDaemon(
            store: store, policy: Self.policy([RateLimit(name: "r", limit: 3, window: .seconds(60))]),
            allowanceLedger: ledger)
    }

    private static func policy(_ limits: [RateLimit], _ change: (inout Plan) -> Void = { _ in }) -> Policy {
        var policy = Policy()
        var plan = Plan(apiAccess: true)
        plan.limits = limits
        change(&plan)
        policy.plans["standard"] = plan
        return policy
    }

    private func reload(_ limits: [RateLimit], _ change: (inout Plan) -> Void = { _ in }) {
        #expect(daemon.server.configuration.adopt(Self.policy(limits, change)).isEmpty)
    }

    private func verify(_ secret: String, _ daemon: InMemoryDaemon? = nil, _ members: String = "") throws -> JSON {
        let daemon = daemon ?? self.daemon
        return try daemon.talk(as: .gate, on: .verify)
            .call("keys.verify", #"{"key":"\#(secret)"\#(members)}"#)["result"]
    }

    private func codes(_ count: Int, _ secret: String, _ daemon: InMemoryDaemon? = nil) throws -> [String] {
        try (0..<count).map { _ in try verify(secret, daemon)["code"].text }
    }

    private func key(_ name: String) throws -> JSON { try daemon.call("keys.get", #"{"key":"\#(name)"}"#)["key"] }

    private func refusal(_ method: String, _ params: String) throws -> String {
        try daemon.talk().call(method, params)["error"]["data"]["code"].text
    }

    private func allowances() throws -> Int { try store.loadState().allowances.count }

    // MARK: Whose limits apply

    @Test func eachKeyWithoutLimitsCountsThoseOfThePlanForItself() throws {
        let secrets = try ["a", "b"].map { try daemon.secret($0) }
        #expect(try key("a")["limits"].items[0]["plan"] == "standard")
        #expect(try key("a")["limits"].items[0]["remaining"].int == 3)
        let first = try verify(secrets[0])
        #expect(first["limits"].items[0]["name"] == "r" && first["limits"].items[0]["remaining"].int == 2)
        #expect(try codes(3, secrets[0]) == ["valid", "valid", "rateLimited"])
        #expect(try codes(4, secrets[1]) == ["valid", "valid", "valid", "rateLimited"])
        let listed = try daemon.call("keys.list")["keys"].items
        #expect(listed.map { $0["limits"].items[0]["plan"].text } == ["standard", "standard"])
        #expect(listed.map { $0["limits"].items[0]["remaining"].int } == [0, 0])
        // Counts of windows are not stored.
        #expect(try allowances() == 0)
    }

    @Test func limitsOfItsOwnComeBeforeThoseOfThePlanAndNoneIsNone() throws {
        let own = try daemon.secret("own", #","limits":[{"name":"x","limit":1,"windowSeconds":60}]"#)
        let none = try daemon.secret("none", #","limits":[]"#)
        #expect(try codes(2, own) == ["valid", "rateLimited"])
        #expect(try key("own")["limits"].items[0]["plan"] == .null)
        #expect(try codes(5, none) == Array(repeating: "valid", count: 5))
        #expect(try verify(none)["limits"] == .null && key("none")["limits"].items.isEmpty)
        // Those of a budget too, also if it has none.
        try daemon.call("budgets.set", #"{"name":"team","credits":{"remaining":4}}"#)
        let drawing = try daemon.secret("drawing", #","budget":"team""#)
        #expect(try codes(5, drawing) == ["valid", "valid", "valid", "valid", "creditsExhausted"])
        // With credits of its own, a key still has the plan's limits.
        let paid = try daemon.secret("paid", #","credits":{"remaining":9}"#)
        let answer = try verify(paid)
        #expect(answer["limits"].items[0]["remaining"].int == 2 && answer["credits"]["remaining"].int == 8)
        #expect(try key("paid")["limits"].items[0]["plan"] == "standard")
    }

    @Test func noneStaysNoneAndNullIsThePlanAgain() throws {
        reload([])
        let secret = try daemon.secret("crm", #","limits":[]"#)
        reload([RateLimit(name: "r", limit: 1, window: .seconds(60))])
        #expect(try codes(3, secret) == ["valid", "valid", "valid"])
        try daemon.call("keys.update", #"{"key":"crm","limits":null}"#)
        #expect(try codes(2, secret) == ["valid", "rateLimited"])
        let details = try daemon.call("audit.list")["entries"].items.last?["details"]["limits"]
        #expect(details?.items.map(\.text) == ["plan"])
    }

    @Test func countsFollowNamesBetweenThePlanAndTheKey() throws {
        let secret = try daemon.secret("crm")
        #expect(try codes(2, secret) == ["valid", "valid"])
        try daemon.call("keys.update", #"{"key":"crm","limits":[{"name":"r","limit":5,"windowSeconds":60}]}"#)
        #expect(try key("crm")["limits"].items[0]["remaining"].int == 3)
        #expect(try codes(1, secret) == ["valid"])
        try daemon.call("keys.update", #"{"key":"crm","limits":null}"#)
        #expect(try key("crm")["limits"].items[0]["remaining"].int == 0)
        #expect(try codes(1, secret) == ["rateLimited"])
        try daemon.call("keys.update", #"{"key":"crm","credits":{"remaining":1}}"#)
        #expect(try codes(1, secret) == ["rateLimited"])
    }

    // MARK: Reloads

    @Test func aReloadActsAtOnceAndKeepsCountsByName() throws {
        let secret = try daemon.secret("crm")
        #expect(try codes(2, secret) == ["valid", "valid"])
        reload([
            RateLimit(name: "new", limit: 9, window: .seconds(60)),
            RateLimit(name: "r", limit: 4, window: .seconds(60)),
        ])
        #expect(try key("crm")["limits"].items.map { $0["remaining"].int } == [9, 2])
        #expect(try codes(3, secret) == ["valid", "valid", "rateLimited"])
        // Without limits the key is plain, and its counts wait.
        reload([])
        #expect(try codes(1, secret) == ["valid"])
        #expect(try verify(secret)["limits"] == .null && key("crm")["limits"].items.isEmpty)
        reload([RateLimit(name: "r", limit: 5, window: .seconds(60))])
        #expect(try codes(2, secret) == ["valid", "rateLimited"])
    }

    @Test func anotherPlanOfTheWorkspaceActsAtOnce() throws {
        let secret = try daemon.secret("crm")
        var policy = Self.policy([])
        policy.plans["gold"] = Plan(apiAccess: true)
        policy.plans["gold"]?.limits = [RateLimit(name: "g", limit: 1, window: .seconds(60))]
        #expect(daemon.server.configuration.adopt(policy).isEmpty)
        #expect(try codes(1, secret) == ["valid"])
        try daemon.call("workspaces.setPlan", #"{"workspace":"default","plan":"gold"}"#)
        #expect(try codes(2, secret) == ["valid", "rateLimited"])
        #expect(try key("crm")["limits"].items[0]["plan"] == "gold")
    }

    // MARK: Rotations, kills and restarts

    @Test func bothEndsOfARotationCountTogetherWhicheverIsUsedFirst() throws {
        for name in ["old-first", "new-first"] {
            let old = try daemon.secret(name)
            if name == "old-first" { #expect(try codes(1, old) == ["valid"]) }
            let new = try daemon.call("keys.rotate", #"{"key":"\#(name)"}"#)["secret"].text
            if name == "new-first" { #expect(try codes(1, new) == ["valid"]) }
            #expect(try codes(1, old) == ["valid"] && codes(1, new) == ["valid"])
            #expect(try codes(1, old) == ["rateLimited"] && codes(1, new) == ["rateLimited"])
        }
    }

    @Test func aKillGivesNothingBack() throws {
        let old = try daemon.secret("crm")
        #expect(try codes(1, old) == ["valid"])
        let new = try daemon.call("keys.rotate", #"{"key":"crm"}"#)["secret"].text
        #expect(try codes(1, new) == ["valid"])
        let other = try daemon.secret("other")
        // Nothing is flushed; the ledger is what remains of the process.
        let next = try InMemoryDaemon(
            store: store, policy: daemon.server.authority.directory.policy, allowanceLedger: ledger)
        #expect(try codes(1, new, next) == ["valid"])
        #expect(try codes(1, old, next) == ["rateLimited"] && codes(1, new, next) == ["rateLimited"])
        #expect(try codes(4, other, next) == ["valid", "valid", "valid", "rateLimited"])
        // Once more, with the plan's limits under another length.
        var policy = next.server.authority.directory.policy
        policy.plans["standard"]?.limits = [RateLimit(name: "r", limit: 4, window: .seconds(3_600))]
        let last = try InMemoryDaemon(store: store, policy: policy, allowanceLedger: ledger)
        #expect(try codes(2, old, last) == ["valid", "rateLimited"])
        #expect(try codes(2, other, last) == ["valid", "rateLimited"])
    }

    @Test func aDeletedKeyLeavesItsCountsToItsSuccessorAndFreesThemWithTheLast() throws {
        var policy = daemon.server.authority.directory.policy
        policy.plans["standard"]?.limits = [RateLimit(name: "r", limit: 3, window: .days(31))]
        policy.sweeps.retainTerminalDays = 1
        #expect(daemon.server.configuration.adopt(policy).isEmpty)
        // To the start of a window of 31 days.
        daemon.clock.pass(.days(3))
        let old = try daemon.secret("crm")
        #expect(try codes(2, old) == ["valid", "valid"])
        let new = try daemon.call("keys.rotate", #"{"key":"crm","graceStarts":"now","graceSeconds":0,"confirm":true}"#)[
            "secret"
        ].text
        daemon.clock.pass(.days(3))
        daemon.tick(.retention)
        #expect(try daemon.call("keys.list")["keys"].items.count == 1)
        let next = try InMemoryDaemon(store: store, policy: policy, allowanceLedger: ledger)
        next.clock.pass(.days(6))
        #expect(try codes(2, new, next) == ["valid", "rateLimited"])
    }

    // MARK: Many keys

    @Test func manyKeysThatGainLimitsByAReloadStayApart() throws {
        reload([])
        // More than one segment of the ledger has.
        let keys = try (0..<300).map { try daemon.secret("k\($0)") }
        for secret in keys { #expect(try verify(secret)["limits"] == .null) }
        reload([RateLimit(name: "r", limit: 2, window: .seconds(60))])
        // The reload made nothing for a key, and the ledger has space for the first uses.
        let registry = daemon.server.authority.registry
        #expect(registry.read { $0.allowances.records.isEmpty && $0.segmentToPrepare == nil })
        #expect(registry.read { $0.allowances.blocks.spareCount } >= keys.count)
        for secret in keys { #expect(try verify(secret)["limits"].items[0]["remaining"].int == 1) }
        for secret in keys.shuffled() { #expect(try verify(secret)["limits"].items[0]["remaining"].int == 0) }
        for secret in keys { #expect(try verify(secret)["code"] == "rateLimited") }
    }

    // MARK: Rules of a plan

    @Test func requiredLimitsRefuseKeysAndBudgetsWithoutAnAutomaticOne() throws {
        reload([]) { $0.requireLimits = true }
        let named = #""limits":[{"name":"r","limit":9,"windowSeconds":60,"automatic":false}]"#
        let automatic = #""limits":[{"name":"r","limit":9,"windowSeconds":60}]"#
        for members in ["", #","limits":[]"#, "," + named] {
            #expect(try refusal("keys.create", #"{"name":"crm"\#(members)}"#) == "policyViolation")
        }
        #expect(try refusal("budgets.set", #"{"name":"team","credits":{"remaining":1}}"#) == "policyViolation")
        try daemon.call("budgets.set", #"{"name":"team",\#(automatic)}"#)
        _ = try daemon.secret("drawing", #","budget":"team""#)
        #expect(try refusal("keys.update", #"{"key":"drawing","budget":null}"#) == "policyViolation")
        #expect(try refusal("budgets.set", #"{"name":"team","limits":null}"#) == "policyViolation")
        _ = try daemon.secret("own", "," + automatic)
        for members in [#""limits":[]"#, #""limits":null"#, named] {
            #expect(try refusal("keys.update", #"{"key":"own",\#(members)}"#) == "policyViolation")
        }
        // With limits of the plan, a key need not have its own; it still cannot have none.
        reload([RateLimit(name: "r", limit: 3, window: .seconds(60))]) { $0.requireLimits = true }
        _ = try daemon.secret("crm")
        #expect(try refusal("keys.update", #"{"key":"crm","limits":[]}"#) == "policyViolation")
    }

    @Test func aCapIsKeptByOneAutomaticLimitAndActsWhenLimitsAreChanged() throws {
        reload([])
        let wide = #","limits":[{"name":"r","limit":5000,"windowSeconds":60}]"#
        _ = try daemon.secret("wide", wide)
        reload([]) { $0.maxLimits = [RateCap(limit: 1_000, window: .seconds(60))] }
        for members in ["", wide, #","limits":[{"name":"r","limit":17,"windowSeconds":1}]"#] {
            #expect(try refusal("keys.create", #"{"name":"crm"\#(members)}"#) == "policyViolation")
        }
        for (place, limits) in [
            #"{"name":"r","limit":1000,"windowSeconds":60}"#, #"{"name":"r","limit":16,"windowSeconds":1}"#,
            #"{"name":"r","limit":1000,"windowSeconds":3600}"#,
            #"{"name":"day","limit":90000,"windowSeconds":86400},{"name":"r","limit":9,"windowSeconds":60}"#,
        ].enumerated() {
            _ = try daemon.secret("good\(place)", #","limits":[\#(limits)]"#)
        }
        // It keeps its limits while they are not changed, also over a rotation.
        try daemon.call("keys.update", #"{"key":"wide","purpose":"x","credits":{"remaining":5}}"#)
        try daemon.call("keys.rotate", #"{"key":"wide"}"#)
        #expect(try key("wide")["limits"].items[0]["limit"].int == 5_000)
        #expect(
            try refusal("keys.update", #"{"key":"good0","limits":[{"name":"r","limit":1001,"windowSeconds":60}]}"#)
                == "policyViolation")
    }

    @Test func aCapOnCreditsIsForEachWayToGiveThem() throws {
        reload([]) { $0.maxCredits = 100 }
        for credits in [#"{"remaining":101}"#, #"{"refill":{"amount":101,"every":"day"}}"#] {
            #expect(try refusal("keys.create", #"{"name":"crm","credits":\#(credits)}"#) == "policyViolation")
            #expect(try refusal("budgets.set", #"{"name":"team","credits":\#(credits)}"#) == "policyViolation")
        }
        _ = try daemon.secret("crm", #","credits":{"remaining":100}"#)
        #expect(try refusal("keys.update", #"{"key":"crm","credits":{"add":1}}"#) == "policyViolation")
        reload([]) { $0.maxCredits = 10 }
        #expect(try key("crm")["credits"]["remaining"].int == 100)
        try daemon.call("keys.update", #"{"key":"crm","credits":{"refill":{"amount":10,"every":"day"}}}"#)
        #expect(try refusal("keys.update", #"{"key":"crm","credits":{"remaining":11}}"#) == "policyViolation")
        try daemon.call("keys.update", #"{"key":"crm","credits":{"remaining":10}}"#)
    }
}
