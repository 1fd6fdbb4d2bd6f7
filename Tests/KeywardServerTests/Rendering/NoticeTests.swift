import KeywardCore
import Testing

@testable import KeywardServer

/// Notices for an operator, from the daemon's state.
@Suite struct NoticeTests {
    @Test(arguments: [
        (DaemonFacts(), []), (DaemonFacts(store: .readOnly), ["storeReadOnly"]),
        (DaemonFacts(store: .failed(.failed("disk I/O error"))), ["storeReadOnly"]),
        (DaemonFacts(bar: .headMissing), ["auditHeadMissing"]), (DaemonFacts(bar: .headDamaged), ["auditHeadDamaged"]),
        (DaemonFacts(bar: .moved(.database), hasLoss: true), ["stateFilesMoved", "auditTailMissing"]),
        (DaemonFacts(damagedKeys: ["kw_a"]), ["keysDamaged"]),
        (DaemonFacts(missingOperatorGroup: "keyward-admin"), ["operatorGroupMissing"]),
        (DaemonFacts(clock: .leads(by: .hours(2))), ["clockLeads"]),
        (DaemonFacts(store: .readOnly, clock: .lags(by: .hours(2))), ["storeReadOnly", "clockLags"]),
        (DaemonFacts(unproven: Instant.Span(milliseconds: 30 * 86_400_000 - 1)), []),
        (DaemonFacts(unproven: .days(30)), ["clockUnproven"]),
        (DaemonFacts(clock: .lags(by: .hours(2)), unproven: .days(30)), ["clockLags"]),
    ])
    func everyFactHasItsNotice(facts: DaemonFacts, codes: [String]) {
        #expect(facts.notices.map(\.code) == codes)
    }

    @Test func pingAndStatusTellWhatAnOperatorShouldKnow() throws {
        let daemon = try InMemoryDaemon()
        func codes() throws -> [[String]] {
            let ping = try daemon.talk(as: .gate, on: .verify).call("system.ping")["result"]
            return try [ping, daemon.call("system.status")].map { $0["notices"].items.map { $0["code"].text } }
        }
        #expect(try codes() == [[], []])
        daemon.store.fail(.commit, with: .cannotWrite("no room"))
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"b"}"#) == "readOnly")
        #expect(try codes() == [["storeReadOnly"], ["storeReadOnly"]])
        _ = try daemon.secret("b")
        #expect(try codes() == [[], []])
    }
}
