import KeywardCore
import Testing

@testable import KeywardServer

@Suite struct ListTests {
    private func names(_ daemon: InMemoryDaemon, _ params: String = "{}") throws -> [String] {
        try daemon.call("keys.list", params)["keys"].items.map(\.["name"].text)
    }

    private func use(_ daemon: InMemoryDaemon, _ secret: String, times: Int = 1) throws {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"#
        #expect(try daemon.talk(as: .gate, on: .verify).ask(Array(repeating: line, count: times)).count == times)
    }

    @Test func theFivePlacesOfOrderAndTheirReverses() throws {
        let daemon = try InMemoryDaemon()
        let b = try daemon.secret("b", #","expiresAt":"2027-01-01T00:00:00Z""#)
        let c = try daemon.secret("c")
        _ = try daemon.secret("a", #","expiresAt":"2026-09-01T00:00:00Z""#)
        try use(daemon, b, times: 3)
        daemon.clock.pass(.seconds(1))
        try use(daemon, c)
        let orders = [
            "created": "bca", "name": "abc", "lastUsed": "abc", "usage": "acb", "expires": "abc",
        ]
        for (order, expected) in orders {
            #expect(try names(daemon, #"{"sort":"\#(order)"}"#).joined() == expected, "\(order)")
            #expect(try names(daemon, #"{"sort":"-\#(order)"}"#).joined() == String(expected.reversed()), "-\(order)")
        }
        #expect(try names(daemon).joined() == "bca")
    }

    @Test func filtersAreAnyOfOneKindAndAllOfDifferentKinds() throws {
        let daemon = try InMemoryDaemon()
        let used = try daemon.secret("used", #","purpose":"Billing of ACME""#)
        _ = try daemon.secret("idle", #","owner":{"name":"Zoë","contact":"zoe@example"}"#)
        _ = try daemon.secret("over")
        try use(daemon, used)
        try daemon.call("keys.revoke", #"{"key":"over","reason":"other"}"#)
        #expect(try names(daemon, #"{"status":["active"]}"#) == ["used"])
        #expect(try names(daemon, #"{"status":["active","revoked"]}"#) == ["used", "over"])
        #expect(try names(daemon, #"{"status":[]}"#).isEmpty)
        #expect(try names(daemon, #"{"search":"acme"}"#) == ["used"])
        #expect(try names(daemon, #"{"search":"ZOË"}"#) == ["idle"])
        #expect(try names(daemon, #"{"search":"E@EXAM"}"#) == ["idle"])
        #expect(try names(daemon, #"{"search":"nothing"}"#).isEmpty)
        let prefix = try daemon.call("keys.get", #"{"key":"idle"}"#)["key"]["prefix"].text
        #expect(try names(daemon, #"{"search":"\#(prefix)"}"#) == ["idle"])
        daemon.clock.pass(.days(91))
        #expect(try names(daemon, #"{"facts":["stale"]}"#) == ["used", "idle"])
        #expect(try names(daemon, #"{"facts":["stale"],"search":"idle"}"#) == ["idle"])
        #expect(try names(daemon, #"{"facts":["unused","revoked"],"status":["stale"]}"#) == ["idle"])
    }

    @Test(arguments: ["created", "-created", "name", "-name", "lastUsed", "-lastUsed", "usage", "-usage", "expires"])
    func aShortPageBeginsAsTheWholeListDoes(sort: String) throws {
        let daemon = try InMemoryDaemon()
        for number in 0..<60 {
            let place = number * 37 % 60
            // Names with a common prefix and others; positions that many keys share.
            let expiry = place % 4 == 0 ? "" : #","expiresAt":"2027-01-\#(10 + place % 7)T00:00:00Z""#
            let secret = try daemon.secret(place % 2 == 0 ? "service-\(100 + place)" : "s\(100 + place)", expiry)
            try use(daemon, secret, times: place % 5)
            daemon.clock.pass(.seconds(1))
        }
        let whole = try names(daemon, #"{"sort":"\#(sort)","limit":500}"#)
        #expect(whole.count == 60)
        for limit in [1, 2, 7] {
            #expect(try names(daemon, #"{"sort":"\#(sort)","limit":\#(limit)}"#) == Array(whole.prefix(limit)))
        }
        let active = try names(daemon, #"{"sort":"\#(sort)","limit":500,"status":["active"]}"#)
        #expect(try names(daemon, #"{"sort":"\#(sort)","limit":3,"status":["active"]}"#) == Array(active.prefix(3)))
    }

    @Test func aCursorOfAnyNumberIsTaken() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("only")
        for number in [Int64.min, -1, 0, 1, Int64.max] {
            for sort in ["created", "-created"] {
                let isBefore = sort == "created" ? number < 1 : number > 1
                let found = try names(daemon, #"{"sort":"\#(sort)","cursor":"0.\#(number)."}"#)
                #expect(found == (isBefore ? ["only"] : []), "\(sort) \(number)")
            }
        }
    }

    @Test(arguments: ["created", "-created", "name", "-name", "expires", "-expires"])
    func pagesAreStableWhileKeysComeAndGo(sort: String) throws {
        let daemon = try InMemoryDaemon()
        for number in 0..<23 {
            let expiry = number % 3 == 0 ? "" : #","expiresAt":"2027-01-\#(10 + number % 5)T00:00:00Z""#
            _ = try daemon.secret("key-\(number * 7 % 23)", expiry)
        }
        let all = try names(daemon, #"{"sort":"\#(sort)"}"#)
        var seen: [String] = []
        var cursor = ""
        var page = 0
        repeat {
            let params = #"{"sort":"\#(sort)","limit":5\#(cursor.isEmpty ? "" : #","cursor":"\#(cursor)""#)}"#
            let list = try daemon.call("keys.list", params)
            seen += list["keys"].items.map(\.["name"].text)
            cursor = list["nextCursor"].text
            page += 1
            _ = try daemon.secret("late-\(page)")
            if page == 1 { try daemon.call("keys.revoke", #"{"key":"\#(seen[0])","reason":"other"}"#) }
        } while !cursor.isEmpty
        #expect(seen.filter { $0.hasPrefix("key-") } == all)
        #expect(Set(seen).count == seen.count)
    }

    @Test func aListTellsOfThePlanAlsoWithoutAccess() throws {
        var policy = Policy()
        policy.plans["free"] = Plan(apiAccess: false, upgradeURL: "https://example.com/plans")
        let daemon = try InMemoryDaemon(policy: policy)
        _ = try daemon.secret("a")
        #expect(
            try daemon.call("keys.list")["access"]
                == JSON(parsing: #"{"plan":"standard","apiAccess":true,"notice":null,"role":"admin"}"#))
        try daemon.call("workspaces.setPlan", #"{"workspace":"default","plan":"free"}"#)
        let list = try daemon.call("keys.list")
        #expect(list["access"]["apiAccess"] == .bool(false))
        #expect(list["access"]["notice"].text.contains("Upgrade required: https://example.com/plans"))
        #expect(list["keys"][0]["status"] == "suspended")
    }

    @Test func usageIsToldByHourAndByDayTheNewestThousand() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        for _ in 0..<1_010 {
            try use(daemon, secret)
            daemon.clock.pass(.hours(1))
        }
        _ = try daemon.server.authority.flushUsage(limit: 10, at: daemon.clock.now)
        let from = #","from":"2026-01-01T00:00:00Z""#
        let hours = try daemon.call("keys.usage", #"{"key":"a","bucket":"hour"\#(from)}"#)["buckets"].items
        #expect(hours.count == 1_000)
        #expect(
            hours.first?["start"] == "2026-01-05T22:00:00.000Z" && hours.last?["start"] == "2026-02-16T13:00:00.000Z")
        let days = try daemon.call("keys.usage", #"{"key":"a"\#(from)}"#)["buckets"].items
        let first = try JSON(parsing: #"{"start":"2026-01-05T00:00:00.000Z","valid":12,"refused":0}"#)
        #expect(days.first == first)
        #expect(days.map { $0["valid"].int ?? 0 }.reduce(0, +) == 1_010)
        let month = try daemon.call("keys.usage", #"{"key":"a"}"#)["buckets"].items
        #expect(month.count == 31 && month.first?["start"] == "2026-01-17T00:00:00.000Z")
        let one = try daemon.call(
            "keys.usage", #"{"key":"a","bucket":"hour","from":"2026-01-06T00:00:00Z","to":"2026-01-06T01:00:00Z"}"#)
        #expect(one["buckets"].items.map(\.["start"].text) == ["2026-01-06T00:00:00.000Z"])
    }

    @Test func usageCountsRefusalsAndTellsOfPeers() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        try use(daemon, secret, times: 3)
        _ = try daemon.talk(as: .bert, on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)
        _ = try daemon.talk(as: .bert, on: .verify).call("keys.verify", #"{"key":"\#(secret)","scopes":["x"]}"#)
        _ = try daemon.talk(as: .bert, on: .verify).call("keys.verify", #"{"key":"\#(secret)","workspace":"w"}"#)
        let usage = try daemon.call("keys.usage", #"{"key":"a"}"#)
        #expect(usage["buckets"].items.map { [$0["valid"].int, $0["refused"].int] } == [[4, 2]])
        #expect(
            usage["byPeer"].items.map { [$0["user"].text, "\($0["valid"].int ?? 0)"] } == [
                ["gate", "3"], ["bert", "1"],
            ])
        let key = try daemon.call("keys.get", #"{"key":"a"}"#)["key"]
        #expect(key["usageCount"].int == 4 && key["refusedCount"].int == 2 && key["lastUsedBy"]["user"] == "bert")
    }
}
