import Glibc
import KeywardProtocol
import KeywardTesting
import Testing

/// Sweeps by their own timers, in the real daemon, with the real clock.
struct SweepTests {
    /// Creates keys, 25 per request, which end at one instant.
    private func create(_ count: Int, endingIn span: Int64, in daemon: TestDaemon) throws {
        let client = try LineClient(daemon.process.adminSocket)
        for start in stride(from: 0, to: count, by: 25) {
            let end = Instant.inMilliseconds(span)
            let calls = (start..<min(count, start + 25)).map { number in
                #"{"jsonrpc":"2.0","id":\#(number),"method":"keys.create","#
                    + #""params":{"name":"key-\#(number)","expiresAt":"\#(end)"}}"#
            }
            let replies = try JSON(client.exchange("[" + calls.joined(separator: ",") + "]")).elements
            try #require(replies.allSatisfy { !$0["result"].isNull })
        }
    }

    /// The ids of the keys with entries of this action.
    private func entries(_ action: String, in daemon: TestDaemon) throws -> [String] {
        var found: [String] = []
        var after = 0
        while true {
            let page = try daemon.done("audit.list", #"{"after":\#(after),"limit":500}"#)["entries"].elements
            guard let last = page.last?["seq"].int else { return found }
            after = last
            found += page.filter { $0["action"].string == action }.compactMap { $0["keyId"].string }
        }
    }

    private func instant(_ value: JSON) throws -> Int64 {
        try #require(value.string.flatMap { Timestamp($0) }).milliseconds
    }

    @Test func anEndIsNotedWithinASecond() throws {
        let daemon = try TestDaemon()
        try create(3, endingIn: 1_500, in: daemon)
        #expect(daemon.process.waitForLog("event=sweep.finished examined=3 expired=3 keys=3 sweep=expiry"))
        let found = try daemon.done("audit.list")["entries"].elements.filter { $0["action"].string == "key.expired" }
        #expect(found.count == 3)
        for entry in found {
            let late = try instant(entry["at"]) - instant(entry["details"]["endedAt"])
            #expect((0..<1_000).contains(late))
        }
        let expiry = try daemon.done("sweeps.status")["sweeps"][0]
        #expect(expiry["lastReport"]["changed"]["key.expired"].int == 3)
    }

    /// No key has anything due, until a changed policy makes a notice due for all of them. The daemon is killed after
    /// some of the notices, repeatedly.
    @Test func killsInTheMidstOfASweepLeadToTheSameEnd() throws {
        let daemon = try TestDaemon(configuration: "sweeps: {noticeDays: []}\n")
        // Only a lifetime longer than its ten days has the notice. On a slow machine some are created too late for that.
        try create(1_500, endingIn: 10 * 86_400_000 + 3_000, in: daemon)
        let expected = try idsOfKeys(livingLongerThan: 10 * 86_400_000, in: daemon)
        try #require(expected.count > 300)
        try daemon.folder.write("sweeps: {noticeDays: [10]}\n", to: "keyward.yaml")
        daemon.process.signal(SIGHUP)
        #expect(daemon.process.waitForLog("event=key.expiring"))
        for _ in 0..<2 {
            try daemon.crash()
            #expect(daemon.process.waitForLog("event=key.expiring"))
        }
        // The last ones may not have been due with the others, for three seconds at most.
        var runs = 0
        while try entries("key.expiring", in: daemon).count < expected.count, runs < 10_000 {
            try daemon.done("sweeps.run", #"{"sweep":"expiry"}"#)
            runs += 1
        }
        #expect(Set(try entries("key.expiring", in: daemon)) == expected)
        #expect(try daemon.done("audit.check")["ok"].bool == true)
        let again = try daemon.done("sweeps.run", #"{"sweep":"expiry"}"#)["report"]
        #expect(again["examined"].int == 0)
        #expect(try entries("key.expiring", in: daemon).count == expected.count)
    }

    /// The ids of the keys whose lifetime is longer than `span` milliseconds.
    private func idsOfKeys(livingLongerThan span: Int64, in daemon: TestDaemon) throws -> Set<String> {
        var found: Set<String> = []
        var cursor: String?
        repeat {
            let after = cursor.map { #","cursor":"\#($0)""# } ?? ""
            let page = try daemon.done("keys.list", #"{"limit":500\#(after)}"#)
            for key in page["keys"].elements where try instant(key["expiresAt"]) - instant(key["createdAt"]) > span {
                found.insert(try #require(key["id"].string))
            }
            cursor = page["nextCursor"].string
        } while cursor != nil
        return found
    }

    @Test func theCommandRunsSweepsAndTellsOfThem() throws {
        let daemon = try TestDaemon()
        let all = try daemon.keyward("sweep")
        #expect(all.exit == 0)
        #expect(all.output == "expiry\t0\t0\t-\t-\nstale\t0\t0\t-\t-\nretention\t0\t0\t-\t-\n")
        let dry = try daemon.keyward("sweep", "stale", "--dry-run", "--json")
        #expect(try JSON(dry.output)["report"]["dryRun"].bool == true)
        #expect(try daemon.keyward("sweep", "status").output.split(separator: "\n").count == 3)
        #expect(try daemon.keyward("sweep", "everything").exit == 3)
        #expect(try daemon.keyward("status").output.contains("sweep.retention\t20"))
    }
}
