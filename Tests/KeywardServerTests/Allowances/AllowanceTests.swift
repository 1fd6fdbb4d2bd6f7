import KeywardTesting
import Testing

@testable import KeywardCore
@testable import KeywardServer

/// Limits, credits and budgets, through the protocol.
@Suite struct AllowanceTests {
    private let daemon: InMemoryDaemon

    init() throws { daemon = try InMemoryDaemon() }

    private func verify(_ secret: String, _ members: String = "") throws -> JSON {
        try daemon.talk(as: .gate, on: .verify).call("keys.verify", #"{"key":"\#(secret)"\#(members)}"#)["result"]
    }

    private func codes(_ count: Int, _ secret: String, _ members: String = "") throws -> [String] {
        try (0..<count).map { _ in try verify(secret, members)["code"].text }
    }

    private func key(_ name: String) throws -> JSON { try daemon.call("keys.get", #"{"key":"\#(name)"}"#)["key"] }

    private func refusal(_ method: String, _ params: String) throws -> String {
        try daemon.talk().call(method, params)["error"]["data"]["code"].text
    }

    // MARK: Limits

    @Test func aWindowAdmitsItsLimitAndSaysWhenItAdmitsAgain() throws {
        let secret = try daemon.secret("crm", #","limits":[{"name":"requests","limit":3,"windowSeconds":60}]"#)
        let first = try verify(secret)
        #expect(first["code"] == "valid")
        #expect(first["limits"].items.count == 1)
        #expect(first["limits"].items[0]["name"] == "requests" && first["limits"].items[0]["limit"].int == 3)
        #expect(first["limits"].items[0]["remaining"].int == 2)
        #expect(first["credits"] == .null && first["retryAfterSeconds"] == .null)
        #expect(try codes(4, secret) == ["valid", "valid", "rateLimited", "rateLimited"])
        let refused = try verify(secret)
        #expect(refused["valid"] == .bool(false) && refused["name"] == "crm")
        #expect(refused["limits"].items[0]["remaining"].int == 0)
        let wait = try #require(refused["retryAfterSeconds"].int)
        daemon.clock.pass(.seconds(wait - 1))
        #expect(try verify(secret)["code"] == "rateLimited")
        daemon.clock.pass(.seconds(1))
        #expect(try verify(secret)["code"] == "valid")
        #expect(try key("crm")["usageCount"].int == 4 && key("crm")["refusedCount"].int == 4)
    }

    @Test func aCostAboveTheLimitNeverPasses() throws {
        let secret = try daemon.secret("crm", #","limits":[{"name":"requests","limit":3,"windowSeconds":60}]"#)
        let answer = try daemon.talk(as: .gate, on: .verify)
            .say(#"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)","cost":4}}"# + "\n")
        #expect(answer[0].contains(#""code":"rateLimited""#) && answer[0].contains(#""retryAfterSeconds":null"#))
        #expect(try verify(secret, #","cost":3"#)["code"] == "valid")
    }

    @Test func aCostOfNothingIsAUseAndIsNeverRefused() throws {
        let secret = try daemon.secret(
            "crm", #","limits":[{"name":"requests","limit":1,"windowSeconds":60}],"credits":{"remaining":1}"#)
        #expect(try codes(2, secret) == ["valid", "rateLimited"])
        let free = try verify(secret, #","cost":0"#)
        #expect(free["code"] == "valid" && free["credits"]["remaining"].int == 0)
        #expect(try key("crm")["usageCount"].int == 2)
    }

    @Test func aLimitThatIsNotAutomaticIsSpentByName() throws {
        let secret = try daemon.secret(
            "crm",
            #","limits":[{"name":"requests","limit":9,"windowSeconds":60},"#
                + #"{"name":"tokens","limit":100,"windowSeconds":3600,"automatic":false}]"#)
        #expect(try verify(secret)["limits"].items.map { $0["name"].text } == ["requests"])
        let named = try verify(secret, #","limits":[{"name":"tokens","cost":60},{"name":"other"}]"#)
        #expect(named["limits"].items.map { $0["name"].text } == ["requests", "tokens", "other"])
        #expect(named["limits"].items.map { $0["remaining"].int } == [7, 40, nil])
        #expect(named["limits"].items[2]["limit"] == .null)
        // Nothing is spent of any, if one refuses.
        #expect(try verify(secret, #","limits":[{"name":"tokens","cost":41}]"#)["code"] == "rateLimited")
        #expect(try key("crm")["limits"].items.map { $0["remaining"].int } == [7, 40])
        // An automatic limit may have another cost.
        #expect(try verify(secret, #","limits":[{"name":"requests","cost":7}]"#)["code"] == "valid")
        #expect(try key("crm")["limits"].items.map { $0["remaining"].int } == [0, 40])
    }

    @Test func aKeyWithoutLimitsSaysSoOfThoseThatAreNamed() throws {
        let secret = try daemon.secret("crm")
        let answer = try verify(secret, #","limits":[{"name":"tokens","cost":5}],"cost":7"#)
        #expect(answer["code"] == "valid" && answer["limits"].items[0]["limit"] == .null)
        #expect(answer["credits"] == .null)
    }

    @Test func aChangedLimitKeepsItsCountsByName() throws {
        let secret = try daemon.secret(
            "crm", #","limits":[{"name":"a","limit":5,"windowSeconds":60},{"name":"b","limit":5,"windowSeconds":60}]"#)
        #expect(try codes(3, secret) == ["valid", "valid", "valid"])
        try daemon.call(
            "keys.update",
            #"{"key":"crm","limits":[{"name":"c","limit":5,"windowSeconds":60},{"name":"b","limit":4,"windowSeconds":30}]}"#
        )
        #expect(try key("crm")["limits"].items.map { $0["remaining"].int } == [5, 1])
        #expect(try codes(2, secret) == ["valid", "rateLimited"])
        try daemon.call("keys.update", #"{"key":"crm","limits":null}"#)
        #expect(try verify(secret)["limits"] == .null)
        #expect(try key("crm")["limits"].items.isEmpty)
    }

    // MARK: Credits

    @Test func creditsAreSpentAndSetAndAddedTo() throws {
        let secret = try daemon.secret("crm", #","credits":{"remaining":5}"#)
        #expect(try verify(secret, #","cost":3"#)["credits"]["remaining"].int == 2)
        let refused = try verify(secret, #","cost":3"#)
        #expect(refused["code"] == "creditsExhausted" && refused["credits"]["remaining"].int == 2)
        #expect(refused["retryAfterSeconds"] == .null)
        try daemon.call("keys.update", #"{"key":"crm","credits":{"add":2}}"#)
        #expect(try verify(secret, #","cost":3"#)["credits"]["remaining"].int == 1)
        try daemon.call("keys.update", #"{"key":"crm","credits":{"remaining":10}}"#)
        #expect(try key("crm")["credits"]["remaining"].int == 10)
        try daemon.call("keys.update", #"{"key":"crm","credits":null}"#)
        #expect(try key("crm")["credits"] == .null && verify(secret, #","cost":1000"#)["code"] == "valid")
    }

    @Test func aRefillSetsTheBalanceAtTheStartOfTheDay() throws {
        let secret = try daemon.secret("crm", #","credits":{"refill":{"amount":2,"every":"day"}}"#)
        #expect(try codes(3, secret) == ["valid", "valid", "creditsExhausted"])
        let refused = try verify(secret)
        #expect(refused["credits"]["refillsAt"] == "2026-01-06T00:00:00.000Z")
        // It is noon.
        #expect(refused["retryAfterSeconds"].int == 12 * 3_600)
        daemon.clock.pass(.hours(12))
        #expect(try key("crm")["credits"]["remaining"].int == 2)
        #expect(try codes(3, secret) == ["valid", "valid", "creditsExhausted"])
    }

    @Test func aLowBalanceIsToldOnceUntilItIsSetAgain() throws {
        let secret = try daemon.secret("crm", #","credits":{"remaining":10}"#)
        func told() throws -> [String] {
            daemon.server.everySecond.runOnce()
            daemon.settle()
            return try daemon.call("audit.list")["entries"].items.map { $0["action"].text }
                .filter { $0.hasPrefix("credits.") }
        }
        _ = try codes(7, secret)
        #expect(try told().isEmpty)
        _ = try codes(1, secret)
        #expect(try told() == ["credits.low"])
        _ = try codes(1, secret)
        #expect(try told() == ["credits.low"])
        _ = try codes(3, secret)
        #expect(try told() == ["credits.low", "credits.exhausted"])
        try daemon.call("keys.update", #"{"key":"crm","credits":{"remaining":10}}"#)
        _ = try verify(secret, #","cost":9"#)
        #expect(try told() == ["credits.low", "credits.exhausted", "credits.low"])
        let entry = try daemon.call("audit.list")["entries"].items.last
        #expect(entry?["details"]["remaining"].int == 1 && entry?["details"]["name"] == "crm")
    }

    // MARK: Rotations and budgets

    @Test func bothEndsOfARotationSpendTogether() throws {
        let old = try daemon.secret(
            "crm", #","limits":[{"name":"r","limit":4,"windowSeconds":60}],"credits":{"remaining":9}"#)
        _ = try codes(2, old)
        let new = try daemon.call("keys.rotate", #"{"key":"crm"}"#)["secret"].text
        #expect(try codes(2, new) == ["valid", "valid"])
        #expect(try codes(1, old) == ["rateLimited"] && codes(1, new) == ["rateLimited"])
        let prefix = try daemon.call("keys.list")["keys"].items.map { $0["prefix"].text }
        try daemon.call("keys.update", #"{"key":"\#(prefix[0])","limits":[{"name":"r","limit":6,"windowSeconds":60}]}"#)
        #expect(try codes(2, old) == ["valid", "valid"] && codes(1, new) == ["rateLimited"])
        #expect(try daemon.call("keys.list")["keys"].items.map { $0["credits"]["remaining"].int } == [3, 3])
        // One end gets a budget, and the other with it.
        try daemon.call("budgets.set", #"{"name":"team","credits":{"remaining":1}}"#)
        try daemon.call("keys.update", #"{"key":"\#(prefix[1])","budget":"team"}"#)
        #expect(try codes(1, old) == ["valid"] && codes(1, new) == ["creditsExhausted"])
    }

    @Test func keysOfABudgetSpendTogether() throws {
        try daemon.call(
            "budgets.set",
            #"{"name":"team","limits":[{"name":"r","limit":3,"windowSeconds":60}],"credits":{"remaining":100}}"#)
        let secrets = try ["a", "b"].map { try daemon.secret($0, #","budget":"team""#) }
        #expect(try codes(2, secrets[0]) == ["valid", "valid"])
        #expect(try codes(2, secrets[1]) == ["valid", "rateLimited"])
        #expect(try key("a")["budget"] == "team" && key("a")["credits"]["remaining"].int == 97)
        let budget = try daemon.call("budgets.list")["budgets"].items[0]
        #expect(budget["keys"].int == 2 && budget["limits"].items[0]["remaining"].int == 0)
        #expect(try refusal("budgets.remove", #"{"name":"team"}"#) == "conflict")
        #expect(try refusal("keys.update", #"{"key":"a","limits":[]}"#) == "policyViolation")
        // A budget that changes acts on its keys.
        try daemon.call("budgets.set", #"{"name":"team","limits":null}"#)
        #expect(try codes(1, secrets[1]) == ["valid"])
        // A key that leaves has nothing of its own, or what is given with it.
        try daemon.call("keys.update", #"{"key":"a","budget":null}"#)
        try daemon.call("keys.update", #"{"key":"b","budget":null,"credits":{"remaining":1}}"#)
        #expect(try codes(2, secrets[0]) == ["valid", "valid"])
        #expect(try codes(2, secrets[1]) == ["valid", "creditsExhausted"])
        try daemon.call("budgets.remove", #"{"name":"team"}"#)
        #expect(try daemon.call("budgets.list")["budgets"].items.isEmpty)
        #expect(try refusal("budgets.get", #"{"name":"team"}"#) == "notFound")
    }

    @Test func allowancesEndWithTheirLastKey() throws {
        _ = try daemon.secret("crm", #","credits":{"remaining":5}"#)
        try daemon.call("keys.rotate", #"{"key":"crm"}"#)
        func count() throws -> Int { try daemon.store.loadState().allowances.count }
        #expect(try count() == 1)
        let keys = try daemon.call("keys.list")["keys"].items.map { $0["prefix"].text }
        try daemon.call("keys.update", #"{"key":"\#(keys[0])","credits":null}"#)
        #expect(try count() == 0)
        try daemon.call("keys.update", #"{"key":"\#(keys[0])","credits":{"remaining":5}}"#)
        for key in keys { try daemon.call("keys.revoke", #"{"key":"\#(key)","reason":"unused","confirm":true}"#) }
        #expect(try count() == 1)
        daemon.clock.pass(.days(2_000))
        daemon.tick(.retention)
        daemon.settle()
        #expect(try daemon.call("keys.list")["keys"].items.isEmpty && count() == 0)
    }

    // MARK: What is refused

    @Test(arguments: [
        #""limits":[{"name":"r","limit":0,"windowSeconds":60}]"#,
        #""limits":[{"name":"r","limit":1000000001,"windowSeconds":60}]"#,
        #""limits":[{"name":"r","limit":1,"windowSeconds":0}]"#,
        #""limits":[{"name":"r","limit":1,"windowSeconds":2678401}]"#,
        #""limits":[{"name":"r","limit":1,"windowSeconds":1},{"name":"r","limit":2,"windowSeconds":1}]"#,
        #""limits":[{"name":"R","limit":1,"windowSeconds":1}]"#, #""limits":[{"name":"r","limit":1}]"#,
        #""credits":{"remaining":-1}"#, #""credits":{"remaining":1000000000000001}"#, #""credits":{}"#,
        #""credits":{"remaining":1,"add":1}"#, #""credits":{"refill":{"amount":1,"every":"week"}}"#,
        #""credits":{"refill":{"amount":1,"every":"day","day":2}}"#,
        #""credits":{"refill":{"amount":1,"every":"month","day":32}}"#,
        #""credits":{"refill":{"amount":-1,"every":"month"}}"#, #""credits":{"remaining":1},"budget":"b""#,
        #""budget":"B""#,
    ])
    func aTermThatMeansNothingIsRefused(members: String) throws {
        #expect(try refusal("keys.create", #"{"name":"crm",\#(members)}"#) == "invalidParams")
    }

    @Test func nineLimitsAreRefusedAndEightAreNot() throws {
        func limits(_ count: Int) -> String {
            let limits = (0..<count).map { #"{"name":"l\#($0)","limit":9,"windowSeconds":60}"# }
            return #","limits":[\#(limits.joined(separator: ","))]"#
        }
        #expect(try refusal("keys.create", #"{"name":"crm"\#(limits(9))}"#) == "invalidParams")
        let secret = try daemon.secret("crm", limits(8))
        #expect(try verify(secret)["limits"].items.map { $0["remaining"].int } == Array(repeating: 8, count: 8))
    }

    @Test(arguments: [
        #""cost":-1"#, #""cost":1000001"#, #""cost":1.5"#, #""cost":"1""#, #""limits":[{"name":"a","cost":-1}]"#,
        #""limits":[{"name":"a"},{"name":"a"}]"#, #""limits":[{"cost":1}]"#, #""limits":[{"name":"A"}]"#,
        #""limits":{"a":1}"#,
    ])
    func aVerificationWithAnImpossibleCostIsRefused(members: String) throws {
        let secret = try daemon.secret("crm")
        for socket in [ServedSocket.admin, .verify] {
            let reply = try daemon.talk(on: socket).call("keys.verify", #"{"key":"\#(secret)",\#(members)}"#)
            #expect(reply["error"]["data"]["code"] == "invalidParams")
        }
        #expect(try key("crm")["usageCount"].int == 0)
    }

    @Test func anUnknownBudgetIsNotFoundAndABalanceHasAnEnd() throws {
        #expect(try refusal("keys.create", #"{"name":"crm","budget":"none"}"#) == "notFound")
        _ = try daemon.secret("crm", #","credits":{"remaining":1000000000000000}"#)
        #expect(try refusal("keys.update", #"{"key":"crm","credits":{"add":1}}"#) == "policyViolation")
    }

    // MARK: Where it is counted

    @Test func aClockThatIsSetBackRefillsAgainOnItsDays() throws {
        let secret = try daemon.secret("crm", #","credits":{"refill":{"amount":1,"every":"day"}}"#)
        daemon.clock.pass(.days(10))
        #expect(try codes(2, secret) == ["valid", "creditsExhausted"])
        daemon.server.authority.registry.setUsageBack(
            to: Instant(milliseconds: daemon.clock.now.milliseconds - 9 * 86_400_000))
        #expect(try codes(1, secret) == ["valid"])
    }
}
