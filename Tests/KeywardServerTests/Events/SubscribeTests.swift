import KeywardCore
import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardServer

/// `events.subscribe`: which subscriber receives what.
@Suite struct SubscribeTests {
    private func types(_ events: [JSON]) -> [String] { events.map(\.["params"]["type"].text) }

    @Test func anEventTellsWhatHasHappened() throws {
        let daemon = try InMemoryDaemon()
        let talk = try daemon.talk()
        let begun = try talk.call("events.subscribe")["result"]
        let key = try daemon.call("keys.create", #"{"name":"staging-api"}"#)["key"]
        let event = try talk.hear(1)[0]
        #expect(event["jsonrpc"] == "2.0" && event["method"] == "event" && event.members.count == 3)
        let params = event["params"]
        #expect(params["subscription"] == begun["subscription"] && params["type"] == "created")
        #expect(params["seq"].int == begun["seq"].int.map { $0 + 1 })
        #expect(params["at"].text == Timestamp(daemon.clock.now).description)
        #expect(params["workspace"] == "default" && params["keyId"] == key["id"])
        #expect(params["actor"]["user"] == "root")
        #expect(params["details"]["name"] == "staging-api" && params["details"]["prefix"] == key["prefix"])
        let entry = try daemon.call("audit.list", #"{"after":\#(begun["seq"].int ?? -1)}"#)["entries"][0]
        #expect(entry["seq"] == params["seq"] && entry["details"] == params["details"])
    }

    @Test func theSequenceGoesOnAfterARestart() throws {
        let store = InMemoryStore()
        let first = try InMemoryDaemon(store: store)
        _ = try first.secret("a")
        let newest = try first.call("audit.list")["entries"].items.last?["seq"]
        let second = try InMemoryDaemon(store: store)
        #expect(try second.talk().call("events.subscribe")["result"]["seq"] == newest)
    }

    /// Each change by people, from a subscriber's side.
    @Test func everyChangeIsAnEvent() throws {
        let daemon = try InMemoryDaemon()
        let talk = try daemon.talk()
        _ = try talk.call("events.subscribe")
        _ = try daemon.secret("a")
        try daemon.call("keys.update", #"{"key":"a","purpose":"billing"}"#)
        try daemon.call("keys.disable", #"{"key":"a"}"#)
        try daemon.call("keys.enable", #"{"key":"a"}"#)
        try daemon.call("keys.rotate", #"{"key":"a"}"#)
        try daemon.call("keys.cancelRotation", #"{"key":"a"}"#)
        let successor = try daemon.call("keys.rotate", #"{"key":"a"}"#)["secret"].text
        _ = try daemon.talk(as: .gate, on: .verify).call("keys.verify", #"{"key":"\#(successor)"}"#)
        daemon.settle()
        try daemon.call("keys.confirmRotation", #"{"key":"a"}"#)
        try daemon.call("keys.revoke", #"{"key":"a","reason":"other","confirm":true}"#)
        try daemon.call("workspaces.create", #"{"name":"acme"}"#)
        try daemon.call("workspaces.setPlan", #"{"workspace":"acme","plan":"free"}"#)
        try daemon.call("members.grant", #"{"workspace":"acme","principal":"user:anna","role":"viewer"}"#)
        try daemon.call("members.remove", #"{"workspace":"acme","principal":"user:anna"}"#)
        let expected = [
            "created", "updated", "disabled", "enabled", "rotated", "rotationStarted", "revoked", "cancelled",
            "rotated", "rotationStarted", "firstUse", "graceStarted", "confirmed", "revoked", "workspaceCreated",
            "planChanged", "memberGranted", "memberRemoved",
        ]
        let events = try talk.hear(expected.count)
        #expect(types(events) == expected)
        // An event about a key names it in a form for people.
        for event in events where event["params"]["keyId"] != .null {
            #expect(event["params"]["details"]["name"] == "a", "\(event)")
            #expect(event["params"]["details"]["prefix"].text.hasPrefix("kw_"))
        }
        #expect(!"\(events)".contains(successor))
    }

    @Test func whatTheSweepsDoIsAnEvent() throws {
        var policy = Policy()
        (policy.sweeps.disableAfterDays, policy.sweeps.revokeAfterDays) = (110, 130)
        let daemon = try InMemoryDaemon(policy: policy)
        let talk = try daemon.talk()
        _ = try daemon.secret("old")
        _ = try daemon.secret("short", #","expiresAt":"2026-01-20T12:00:00Z""#)
        _ = try daemon.secret("turning")
        let successor = try daemon.call(
            "keys.rotate", #"{"key":"turning","graceSeconds":60,"graceStarts":"now","confirm":true}"#)
        _ = try talk.call("events.subscribe")
        var seen: Set<String> = []
        for _ in 0..<600 {
            daemon.clock.pass(.days(1))
            for sweep in Sweep.allCases {
                _ = try daemon.server.authority.sweep(sweep, at: daemon.clock.now, limit: 100)
            }
            daemon.settle()
        }
        while !seen.isSuperset(of: ["purged"]) { seen.formUnion(types(try talk.hear(1))) }
        #expect(seen == ["expiring", "expired", "graceEnded", "stale", "disabled", "revoked", "purged"])
        #expect(successor["secret"].string != nil)
    }

    @Test func everyAuditActionHasAnEventType() {
        for action in AuditNote.Action.allCases { #expect(Event.Kind(action: action.rawValue) != nil, "\(action)") }
        #expect(Set(Event.Kind.known).count == AuditNote.Action.allCases.count + 1)
    }

    @Test func onlyTheTypesThatWereAskedForAreSent() throws {
        let daemon = try InMemoryDaemon()
        let talk = try daemon.talk()
        _ = try talk.call("events.subscribe", #"{"types":["disabled","revoked"]}"#)
        _ = try daemon.secret("a")
        try daemon.call("keys.disable", #"{"key":"a"}"#)
        try daemon.call("keys.enable", #"{"key":"a"}"#)
        try daemon.call("keys.revoke", #"{"key":"a","reason":"other"}"#)
        #expect(types(try talk.hear(2)) == ["disabled", "revoked"])
    }

    @Test(arguments: [#"["nonsense"]"#, "[]", #""created""#, "[1]", #"["Created"]"#])
    func typesThatThereAreNotAreRefused(types: String) throws {
        let error = try InMemoryDaemon().talk().call("events.subscribe", #"{"types":\#(types)}"#)["error"]
        #expect(error["data"]["code"] == "invalidParams" && error["data"]["param"] == "types")
        #expect(!error["message"].text.contains("nonsense"))
    }

    @Test func onlyTheWorkspaceThatWasAskedForIsSent() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"acme"}"#)
        let talk = try daemon.talk()
        _ = try talk.call("events.subscribe", #"{"workspace":"acme"}"#)
        _ = try daemon.secret("a")
        _ = try daemon.secret("b", #","workspace":"acme""#)
        _ = try daemon.secret("c")
        _ = try daemon.secret("d", #","workspace":"acme""#)
        #expect(try talk.hear(2).map(\.["params"]["details"]["name"].text) == ["b", "d"])
    }

    @Test func membersAreToldOfTheirOwnWorkspacesAlone() throws {
        let daemon = try InMemoryDaemon()
        for name in ["acme", "other"] { try daemon.call("workspaces.create", #"{"name":"\#(name)"}"#) }
        try daemon.call("members.grant", #"{"workspace":"acme","principal":"user:anna","role":"viewer"}"#)
        let anna = try daemon.talk(as: .anna)
        _ = try anna.call("events.subscribe")
        _ = try daemon.secret("a", #","workspace":"other""#)
        _ = try daemon.secret("b", #","workspace":"acme""#)
        #expect(try anna.hear(1).map(\.["params"]["details"]["name"].text) == ["b"])
    }

    @Test func whoIsTakenOutOfAWorkspaceIsToldNoMore() throws {
        let daemon = try InMemoryDaemon()
        for name in ["acme", "other"] {
            try daemon.call("workspaces.create", #"{"name":"\#(name)"}"#)
            try daemon.call("members.grant", #"{"workspace":"\#(name)","principal":"user:anna","role":"viewer"}"#)
        }
        let anna = try daemon.talk(as: .anna)
        _ = try anna.call("events.subscribe")
        _ = try daemon.secret("a", #","workspace":"acme""#)
        #expect(types(try anna.hear(1)) == ["created"])
        try daemon.call("members.remove", #"{"workspace":"acme","principal":"user:anna"}"#)
        _ = try daemon.secret("b", #","workspace":"acme""#)
        _ = try daemon.secret("c", #","workspace":"other""#)
        // The next event belongs to the other workspace.
        #expect(try anna.hear(1).map(\.["params"]["details"]["name"].text) == ["c"])
        try daemon.call("members.grant", #"{"workspace":"acme","principal":"user:anna","role":"viewer"}"#)
        _ = try daemon.secret("d", #","workspace":"acme""#)
        #expect(types(try anna.hear(2)) == ["memberGranted", "created"])
    }

    @Test func strangersMayNotSubscribe() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"acme"}"#)
        try daemon.call("members.grant", #"{"workspace":"acme","principal":"user:anna","role":"viewer"}"#)
        #expect(try daemon.talk(as: .bert).refusal("events.subscribe", "{}") == "permissionDenied")
        for workspace in ["default", "nowhere"] {
            let params = #"{"workspace":"\#(workspace)"}"#
            #expect(try daemon.talk(as: .anna).refusal("events.subscribe", params) == "permissionDenied")
        }
        #expect(try daemon.talk().refusal("events.subscribe", #"{"workspace":"nowhere"}"#) == "notFound")
        #expect(daemon.hub.listeners == 0)
    }

    @Test func aConnectionMayHaveSomeSubscriptionsAndNoMore() throws {
        let daemon = try InMemoryDaemon()
        let talk = try daemon.talk()
        let begun = try (0..<EventHub.mostSubscriptions).map { _ in try talk.call("events.subscribe")["result"] }
        #expect(Set(begun.map(\.["subscription"].text)).count == begun.count)
        #expect(try talk.refusal("events.subscribe", "{}") == "limitExceeded")
        _ = try daemon.secret("a")
        let events = try talk.hear(begun.count)
        #expect(events.map(\.["params"]["subscription"]) == begun.map(\.["subscription"]))
        #expect(try daemon.talk().refusal("events.subscribe", "{}") == nil)
    }

    @Test func aSubscriptionIsNoPartOfABatch() throws {
        let daemon = try InMemoryDaemon()
        let subscribe = #"{"jsonrpc":"2.0","id":1,"method":"events.subscribe"}"#
        let ping = #"{"jsonrpc":"2.0","id":2,"method":"system.ping"}"#
        let replies = try daemon.talk().ask("[\(subscribe),\(ping)]")
        #expect(replies[0]["error"]["data"]["code"] == "invalidRequest")
        #expect(replies[1]["result"]["state"] == "ready")
        #expect(daemon.hub.listeners == 0)
    }

    /// Requests sent together with the subscription, each of them causing an event.
    @Test func repliesStayInOrderAndEventsComeBehindTheSubscription() throws {
        let daemon = try InMemoryDaemon()
        let talk = try daemon.talk()
        let lines =
            [#"{"jsonrpc":"2.0","id":0,"method":"events.subscribe"}"#]
            + (1...40).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"keys.create","params":{"name":"k\#($0)"}}"# }
        var heard = try talk.ask(lines)
        while heard.count < 81 { heard += try talk.hear(1) }
        #expect(heard[0]["result"]["subscription"].string != nil)
        #expect(heard.compactMap(\.["id"].int) == Array(0...40))
        let events = heard.filter { $0["method"] == "event" }
        #expect(events.map(\.["params"]["details"]["name"].text) == (1...40).map { "k\($0)" })
    }

    @Test func aSubscriptionEndsWithItsConnection() throws {
        let daemon = try InMemoryDaemon()
        let (first, second) = (try daemon.talk(), try daemon.talk())
        for talk in [first, second] { _ = try talk.call("events.subscribe") }
        #expect(daemon.hub.listeners == 2)
        first.hangUp()
        #expect(daemon.hub.listeners == 1)
        _ = try daemon.secret("a")
        #expect(try second.hear(1).count == 1)
        #expect(try first.heard().isEmpty)
    }
}

/// The events about a whole sweep.
@Suite struct SweepEventTests {
    private func report(_ change: (inout SweepReport) -> Void, dryRun: Bool = false) -> SweepReport {
        var report = SweepReport(.stale, at: ManualClock.start, dryRun: dryRun)
        report.examined = 7
        change(&report)
        return report
    }

    @Test func aSweepThatDidSomethingIsAnEventOfTheHost() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"admin"}"#)
        let (root, anna, acme) = (try daemon.talk(), try daemon.talk(as: .anna), try daemon.talk())
        let newest = try root.call("events.subscribe")["result"]["seq"]
        _ = try anna.call("events.subscribe")
        _ = try acme.call("events.subscribe", #"{"workspace":"default"}"#)
        daemon.hub.publish(.sweep(report { $0.changed = [.keyStale: 3] }))
        daemon.hub.publish(.sweep(report { $0.held = SweepReport.Held(.tooManyKeys, count: 12, keys: ["key_1"]) }))
        _ = try daemon.secret("a")
        let events = try root.hear(3).map(\.["params"])
        #expect(events.map(\.["type"].text) == ["sweepFinished", "sweepFinished", "created"])
        #expect(events[0]["seq"] == newest && events[0]["workspace"] == .null && events[0]["keyId"] == .null)
        #expect(events[0]["actor"]["uid"].int == Int(InMemoryDaemon.ownUser))
        #expect(events[0]["details"]["sweep"] == "stale" && events[0]["details"]["examined"].int == 7)
        #expect(events[0]["details"]["changed"]["key.stale"].int == 3)
        #expect(events[1]["details"]["held"]["reason"] == "tooManyKeys" && events[1]["details"]["held"]["n"].int == 12)
        for talk in [anna, acme] { #expect(try talk.hear(1).map(\.["params"]["type"].text) == ["created"]) }
    }

    @Test func aSweepThatDidNothingIsNone() throws {
        let daemon = try InMemoryDaemon()
        let talk = try daemon.talk()
        _ = try talk.call("events.subscribe")
        daemon.hub.publish(.sweep(report { _ in }))
        daemon.hub.publish(.sweep(report({ $0.changed = [.keyStale: 3] }, dryRun: true)))
        _ = try daemon.secret("a")
        #expect(try talk.hear(1).map(\.["params"]["type"].text) == ["created"])
    }
}
