import KeywardTesting
import Testing

@testable import KeywardCore
@testable import KeywardServer

/// Bad terms by every method that takes them, refills over months and restarts, and many balances that are low at once.
@Suite struct AllowanceFaultTests {
    private let ledger = UsageMemory()
    private let store = InMemoryStore()
    private let daemon: InMemoryDaemon

    init() throws { daemon = try InMemoryDaemon(store: store, allowanceLedger: ledger) }

    private func refusal(_ method: String, _ params: String) throws -> String {
        try daemon.talk().call(method, params)["error"]["data"]["code"].text
    }

    private func codes(_ count: Int, _ secret: String, _ daemon: InMemoryDaemon? = nil) throws -> [String] {
        let daemon = daemon ?? self.daemon
        return try (0..<count).map { _ in
            try daemon.talk(as: .gate, on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)["result"]["code"].text
        }
    }

    /// The daemon after a kill.
    private func restarted(after days: Int, ledger: UsageMemory) throws -> InMemoryDaemon {
        let next = try InMemoryDaemon(store: store, allowanceLedger: ledger)
        next.clock.pass(.days(days))
        return next
    }

    // MARK: Terms

    @Test(arguments: [
        #""limits":[{"name":"r","limit":0,"windowSeconds":60}]"#,
        #""limits":[{"name":"r","limit":1000000001,"windowSeconds":60}]"#,
        #""limits":[{"name":"r","limit":1,"windowSeconds":0}]"#,
        #""limits":[{"name":"r","limit":1,"windowSeconds":2764800}]"#,
        #""limits":[{"name":"r","limit":1,"windowSeconds":1},{"name":"r","limit":2,"windowSeconds":1}]"#,
        #""limits":[\#((0..<9).map { #"{"name":"l\#($0)","limit":1,"windowSeconds":1}"# }.joined(separator: ","))]"#,
        #""credits":{"remaining":-1}"#, #""credits":{"remaining":1000000000000001}"#,
        #""credits":{"refill":{"amount":1000000000000001,"every":"day"}}"#,
    ])
    func everyMethodRefusesATermBeyondItsRange(members: String) throws {
        _ = try daemon.secret("crm")
        for (method, subject) in [
            ("keys.create", #""name":"new""#), ("keys.update", #""key":"crm""#), ("budgets.set", #""name":"team""#),
        ] {
            #expect(try refusal(method, "{\(subject),\(members)}") == "invalidParams", "\(method)")
        }
        #expect(try daemon.call("keys.list")["keys"].items.count == 1)
        #expect(try daemon.call("budgets.list")["budgets"].items.isEmpty)
    }

    @Test func aKeyHasABudgetOrItsOwnByEveryMethod() throws {
        try daemon.call("budgets.set", #"{"name":"team","credits":{"remaining":5}}"#)
        _ = try daemon.secret("crm")
        for own in [#""limits":[{"name":"r","limit":1,"windowSeconds":1}]"#, #""credits":{"remaining":1}"#] {
            #expect(try refusal("keys.create", #"{"name":"new","budget":"team",\#(own)}"#) == "invalidParams")
            #expect(try refusal("keys.update", #"{"key":"crm","budget":"team",\#(own)}"#) == "invalidParams")
        }
        try daemon.call("keys.update", #"{"key":"crm","budget":"team"}"#)
        #expect(try refusal("keys.update", #"{"key":"crm","credits":{"add":1}}"#) == "policyViolation")
        #expect(try refusal("keys.update", #"{"key":"crm","budget":"unknown"}"#) == "notFound")
    }

    @Test func aBudgetInUseIsRefusedWithTheNumberOfItsKeys() throws {
        try daemon.call("budgets.set", #"{"name":"team","credits":{"remaining":5}}"#)
        for name in ["a", "b", "c"] { _ = try daemon.secret(name, #","budget":"team""#) }
        let error = try daemon.talk().call("budgets.remove", #"{"name":"team"}"#)["error"]
        #expect(error["data"]["code"] == "conflict")
        #expect(error["message"].text.contains("3 keys"))
    }

    @Test func creditsThatWereRemovedLeaveNothingToThoseThatAreSetLater() throws {
        let limits = #""limits":[{"name":"r","limit":9,"windowSeconds":60}]"#
        let secret = try daemon.secret("crm", #","credits":{"remaining":5},\#(limits)"#)
        #expect(try codes(3, secret) == ["valid", "valid", "valid"])
        try daemon.call("keys.update", #"{"key":"crm","credits":null}"#)
        try daemon.call("keys.update", #"{"key":"crm","credits":{"remaining":1}}"#)
        #expect(try codes(2, secret) == ["valid", "creditsExhausted"])
    }

    // MARK: Refills

    @Test func aMonthlyRefillOnThe31stComesOnTheLastDayAndOverARestart() throws {
        // It is 5 January 2026.
        let secret = try daemon.secret(
            "crm", #","credits":{"remaining":1,"refill":{"amount":2,"every":"month","day":31}}"#)
        #expect(try codes(2, secret) == ["valid", "creditsExhausted"])
        daemon.clock.pass(.days(25))
        #expect(try codes(1, secret) == ["creditsExhausted"])
        // 31 January.
        daemon.clock.pass(.days(1))
        #expect(try codes(3, secret) == ["valid", "valid", "creditsExhausted"])
        // A kill before anything was stored: on 27 February nothing is due, on the 28th the refill is.
        let next = try restarted(after: 53, ledger: ledger)
        #expect(try codes(1, secret, next) == ["creditsExhausted"])
        next.clock.pass(.days(1))
        #expect(try codes(3, secret, next) == ["valid", "valid", "creditsExhausted"])
        // Stored, and without a ledger: the refill of February does not come again, that of 31 March does.
        next.server.everySecond.runOnce()
        next.settle()
        let last = try restarted(after: 84, ledger: UsageMemory())
        #expect(try codes(1, secret, last) == ["creditsExhausted"])
        last.clock.pass(.days(1))
        #expect(try codes(3, secret, last) == ["valid", "valid", "creditsExhausted"])
    }

    @Test func aRefillThatCameDueWhileTheDaemonWasStoppedComesOnce() throws {
        let secret = try daemon.secret("crm", #","credits":{"refill":{"amount":2,"every":"day"}}"#)
        #expect(try codes(3, secret) == ["valid", "valid", "creditsExhausted"])
        let next = try restarted(after: 10, ledger: ledger)
        #expect(try codes(3, secret, next) == ["valid", "valid", "creditsExhausted"])
        let again = try restarted(after: 10, ledger: ledger)
        #expect(try codes(1, secret, again) == ["creditsExhausted"])
    }

    // MARK: Many events

    @Test func aHundredBalancesThatBecomeLowAtOnceAreAHundredEvents() throws {
        let secrets = try (0..<100).map { try daemon.secret("k\($0)", #","credits":{"remaining":10}"#) }
        let listener = try daemon.talk()
        _ = try listener.call("events.subscribe", #"{"types":["creditsLow","creditsExhausted"]}"#)
        for secret in secrets { #expect(try codes(9, secret) == Array(repeating: "valid", count: 9)) }
        daemon.server.everySecond.runOnce()
        daemon.settle()
        let events = try listener.hear(100)
        #expect(events.allSatisfy { $0["params"]["type"] == "creditsLow" }, "\(events.first ?? .null)")
        #expect(Set(events.map { $0["params"]["keyId"].text }).count == 100)
        // Each is said once.
        for secret in secrets { _ = try codes(2, secret) }
        daemon.server.everySecond.runOnce()
        daemon.settle()
        let more = try listener.hear(100)
        #expect(more.allSatisfy { $0["params"]["type"] == "creditsExhausted" })
        #expect(try listener.heard().isEmpty)
    }
}
