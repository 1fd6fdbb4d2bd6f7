import Foundation
import KeywardTesting
import Testing

/// Events from the real daemon, as clients receive them.
struct EventTests {
    private let subscribe = #"{"jsonrpc":"2.0","id":1,"method":"events.subscribe"}"#

    private func subscriber(_ daemon: TestDaemon, _ params: String = "{}") throws -> LineClient {
        let client = try LineClient(daemon.process.adminSocket)
        let reply = try client.exchange(#"{"jsonrpc":"2.0","id":1,"method":"events.subscribe","params":\#(params)}"#)
        try #require(reply.contains("subscription"), "\(reply)")
        return client
    }

    private func event(_ client: LineClient) throws -> JSON {
        try JSON(#require(try client.line()))["params"]
    }

    @Test func whatHappensIsToldToAllWhoListen() throws {
        let daemon = try TestDaemon()
        let listeners = try (0..<5).map { _ in try subscriber(daemon) }
        let (secret, key) = try daemon.create("staging-api")
        try daemon.done("keys.disable", #"{"key":"staging-api"}"#)
        try daemon.done("keys.enable", #"{"key":"staging-api"}"#)
        let successor = try daemon.done("keys.rotate", #"{"key":"staging-api"}"#)["secret"].string ?? ""
        try daemon.verify(successor)
        for listener in listeners {
            let events = try (0..<7).map { _ in try event(listener) }
            #expect(
                events.compactMap { $0["type"].string } == [
                    "created", "disabled", "enabled", "rotated", "rotationStarted", "firstUse", "graceStarted",
                ])
            #expect(events[0]["keyId"].string == key["id"].string)
            let seqs = events.compactMap { $0["seq"].int }
            #expect(seqs == Array(seqs[0]..<seqs[0] + 7))
            #expect(!"\(events)".contains(secret) && !"\(events)".contains(successor))
        }
    }

    @Test func aSubscriptionDoesNotExistOnTheVerifySocket() throws {
        let daemon = try TestDaemon()
        #expect(try daemon.refusal("events.subscribe", onVerify: true) == "methodNotFound")
    }

    /// Scopes that make an event of about 9 kB.
    private static let manyScopes = (0..<64).map { #""\#($0)\#(String(repeating: "s", count: 120))""# }
        .joined(separator: ",")

    /// One client never reads, another does, during thousands of events. The first is disconnected, the second misses
    /// nothing, and verifications continue.
    @Test func whoDoesNotReadIsCutOffAndHoldsUpNobody() throws {
        let daemon = try TestDaemon()
        let (secret, _) = try daemon.create("verified")
        let deaf = try (0..<4).map { _ in try subscriber(daemon) }
        let listener = try subscriber(daemon)
        let before = try Self.residentKilobytes(daemon)
        let note = String(repeating: "x", count: 128)
        let count = 400
        for number in 0..<count {
            _ = try daemon.create("key-\(number)", #""purpose":"\#(note)","scopes":[\#(Self.manyScopes)]"#)
            #expect(try daemon.verdict(secret) == "valid")
            let heard = try event(listener)
            #expect(heard["details"]["name"].string == "key-\(number)")
        }
        // About 9 kB per event: more than the kernel and the daemon keep for a client that does not read.
        for client in deaf {
            var lines: [String] = []
            // The last line may be incomplete.
            while let line = try? client.line() { lines.append(line) }
            #expect(lines.count < count)
            #expect(try lines.allSatisfy { try JSON($0)["method"].string == "event" })
        }
        #expect(try daemon.done("system.status")["connections"]["admin"].int == 2)
        let metrics = try #require(try daemon.done("system.metrics")["text"].string).split(separator: "\n")
        #expect(metrics.contains("keyward_event_subscribers 1"))
        #expect(metrics.contains("keyward_event_subscribers_cut_off_total 4"))
        #expect(try Self.residentKilobytes(daemon) - before < 64 << 10)
        let log = daemon.process.stop().output.split(separator: "\n")
        let sweepMarks = log.filter { $0.contains("event=events.subscriberCutOff") }
        #expect(sweepMarks.count == 4 && sweepMarks.allSatisfy { $0.contains("uid=\(geteuid())") })
    }

    private static func residentKilobytes(_ daemon: TestDaemon) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(daemon.process.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
    }

    @Test func aSubscriberMayBeSilentForLongerThanOthers() throws {
        let daemon = try TestDaemon(configuration: "limits:\n  admin: {idleSeconds: 1}\n")
        let listener = try subscriber(daemon)
        let idle = try LineClient(daemon.process.adminSocket)
        #expect(try idle.lines().isEmpty)
        // The test's own connection was idle, too.
        let other = try LineClient(daemon.process.adminSocket)
        _ = try other.exchange(#"{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"late"}}"#)
        #expect(try event(listener)["details"]["name"].string == "late")
    }

    @Test func aSubscriberThatSaysNoMoreKeepsListening() throws {
        let daemon = try TestDaemon()
        let client = try LineClient(daemon.process.adminSocket)
        client.send(subscribe)
        client.endWriting()
        #expect(try JSON(#require(try client.line()))["result"]["subscription"].string != nil)
        _ = try daemon.create("a")
        #expect(try event(client)["type"].string == "created")
    }

    @Test func aStopDeliversWhatWasSentAndEndsTheConnection() throws {
        // No client reads before the stop, however long that takes.
        let daemon = try TestDaemon(configuration: "limits:\n  admin: {stalledWriteSeconds: 600}\n")
        let listener = try subscriber(daemon)
        // More than the socket accepts before the client reads.
        for number in 0..<50 { _ = try daemon.create("key-\(number)", #""scopes":[\#(Self.manyScopes)]"#) }
        daemon.process.signal(SIGTERM)
        let names = try listener.lines().map { try JSON($0)["params"]["details"]["name"].string }
        #expect(names == (0..<50).map { "key-\($0)" })
        #expect(daemon.process.stop().exit == 0)
    }

    // MARK: keyward watch

    private func watch(_ daemon: TestDaemon, _ more: String...) throws -> ChildProcess {
        let watcher = try ChildProcess(
            Command.path, ["watch"] + more, environment: Command.environment(daemon.process.runFolder),
            splitErrors: true)
        try waitForConnections(daemon, 2)
        return watcher
    }

    /// The subscription exists when its connection does: it is requested at once.
    private func waitForConnections(_ daemon: TestDaemon, _ count: Int) throws {
        for _ in 0..<100_000 {
            if try daemon.done("system.status")["connections"]["admin"].int ?? 0 >= count { return }
        }
        Issue.record("nobody connected")
    }

    @Test func watchShowsWhatHappens() throws {
        let daemon = try TestDaemon()
        let watcher = try watch(daemon)
        // The marker line shows that the subscription exists.
        var marker = 0
        while !watcher.text.contains("marker-"), marker < 1_000 {
            _ = try daemon.create("marker-\(marker)")
            marker += 1
        }
        let (_, key) = try daemon.create("staging-api")
        try daemon.done("keys.revoke", #"{"key":"staging-api","reason":"compromised"}"#)
        #expect(watcher.waitForText("revoked"))
        let end = watcher.end(by: SIGINT)
        #expect(end.status & 0x7F == SIGINT && end.errors.isEmpty)
        let last = try #require(end.output.split(separator: "\n").last).split(separator: "\t")
        #expect(last.count == 9 && last[2] == "revoked" && last[3] == "default" && last[4] == "staging-api")
        #expect(String(last[5]) == key["prefix"].string && String(last[6]) == key["id"].string)
        #expect(last[8].contains(#""reason":"compromised""#))
    }

    @Test func watchLivesThroughARestartAndMissesNothing() throws {
        let daemon = try TestDaemon()
        let watcher = try watch(daemon, "--json", "--type", "created")
        var names = 0
        while !watcher.text.contains("key-"), names < 1_000 {
            _ = try daemon.create("key-\(names)")
            names += 1
        }
        daemon.process.stop()
        try daemon.startAgain()
        // Perhaps created before the watcher has reconnected.
        for _ in 0..<20 {
            _ = try daemon.create("key-\(names)")
            names += 1
        }
        try daemon.done("keys.disable", #"{"key":"key-0"}"#)
        _ = try daemon.create("the-last")
        #expect(watcher.waitForText("the-last"))
        let end = watcher.end(by: SIGINT)
        let events = try end.output.split(separator: "\n").map { try JSON(String($0)) }
        #expect(events.allSatisfy { $0["type"].string == "created" })
        let seqs = events.compactMap { $0["seq"].int }
        #expect(seqs == seqs.sorted() && Set(seqs).count == seqs.count)
        let shown = events.compactMap { $0["details"]["name"].string }
        // All lines from the first one shown.
        let first = try #require(shown.first.flatMap { Int($0.dropFirst(4)) })
        #expect(shown == (first..<names).map { "key-\($0)" } + ["the-last"])
        #expect(end.errors.contains("Trying again") && end.errors.contains("Connected again"))
    }

    @Test func watchTellsWhyItCannot() throws {
        let folder = try ScratchFolder()
        let end = try Command.run(["watch"], in: folder.path)
        #expect(end.exit == 2 && end.output.isEmpty && !end.errors.isEmpty)
        let wrong = try Command.run(["watch", "--type", "nonsense"], in: folder.path)
        #expect(wrong.exit == 3 && wrong.errors.contains("sweepFinished"))
    }
}
