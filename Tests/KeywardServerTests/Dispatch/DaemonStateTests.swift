import KeywardCore
import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardServer

/// The daemon's status: its state, its counters, and its report when its store fails.
@Suite struct DaemonStateTests {
    private func ping(_ daemon: InMemoryDaemon) throws -> String {
        try daemon.talk(as: .gate, on: .verify).call("system.ping")["result"]["state"].text
    }

    @Test func pingTellsWhenTheStoreCannotWriteAndWhenItCanAgain() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        #expect(try ping(daemon) == "ready")
        daemon.store.fail(.commit, with: .cannotWrite("no room"))
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"b"}"#) == "readOnly")
        #expect(try ping(daemon) == "readOnly")
        #expect(try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)["result"]["code"] == "valid")
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"b"}"#) == nil)
        #expect(try ping(daemon) == "ready")
        daemon.settle()
        #expect(daemon.events.others == ["storeReadOnly", "storeWritable"])
    }

    @Test func pingTellsOfDraining() throws {
        let daemon = try InMemoryDaemon()
        daemon.server.monitor.noteDraining()
        #expect(try ping(daemon) == "draining")
        #expect(try daemon.call("system.status")["state"] == "draining")
    }

    /// Counting examines every key; a caller can do without.
    @Test(arguments: [
        ("system.status", "keys", "version"), ("workspaces.list", "workspaces.0.keys", "workspaces.0.name"),
    ])
    func withoutCountsAnAnswerHasEverythingElse(method: String, counts: String, other: String) throws {
        func member(_ path: String, of answer: JSON) -> JSON {
            path.split(separator: ".").reduce(answer) { found, name in
                Int(name).map { found[$0] } ?? found[String(name)]
            }
        }
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("a")
        let (counted, uncounted) = (try daemon.call(method), try daemon.call(method, #"{"counts":false}"#))
        #expect(member(counts, of: counted)["unused"].int == 1)
        #expect(member(counts, of: uncounted)["unused"].int == nil)
        #expect(member(other, of: counted) == member(other, of: uncounted))
        #expect(!member(other, of: uncounted).text.isEmpty)
    }

    @Test func changesAreMadeWhileDrainingAndRefusedOnceItIsOver() throws {
        let daemon = try InMemoryDaemon()
        daemon.server.monitor.noteDraining()
        let secret = try daemon.secret("a")
        daemon.server.finish()
        let writes = daemon.store.writes
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"b"}"#) == "shuttingDown")
        #expect(try daemon.talk().refusal("keys.get", #"{"key":"a"}"#) == "shuttingDown")
        _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)
        daemon.server.everySecond.runOnce()
        daemon.settle()
        #expect(daemon.store.writes == writes)
    }

    @Test func usageIsStoredBeforeTheEnd() throws {
        let daemon = try InMemoryDaemon()
        let secret = try daemon.secret("a")
        _ = try daemon.talk(as: .gate, on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)
        daemon.server.finish()
        #expect(daemon.store.contents.totals.map(\.value.valid) == [1])
    }

    /// It is unknown how much of a failed write is on disk, so nothing may depend on it: the daemon must exit.
    @Test func aChangeThatFailedForGoodEndsEverything() throws {
        let daemon = try InMemoryDaemon()
        daemon.store.fail(.commit, with: .failed("disk I/O error"))
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"a"}"#) == "internalError")
        daemon.settle()
        #expect(daemon.events.others == [#"storeFault(KeywardCore.StoreFault.failed("disk I/O error"))"#])
        let writes = daemon.store.writes
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"a"}"#) == "internalError")
        daemon.server.everySecond.runOnce()
        #expect(daemon.store.writes == writes)
        #expect(daemon.events.others.count == 1)
    }

    @Test func aFlushThatFailedForGoodEndsEverything() throws {
        let daemon = try InMemoryDaemon()
        daemon.store.fail(.flush, with: .failed("disk I/O error"))
        daemon.server.everySecond.runOnce()
        #expect(daemon.events.others == [#"storeFault(KeywardCore.StoreFault.failed("disk I/O error"))"#])
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"a"}"#) == "internalError")
    }

    @Test func aFirstUseThatFailedForGoodEndsEverything() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("a")
        let successor = try daemon.call("keys.rotate", #"{"key":"a"}"#)["secret"].text
        daemon.store.fail(.commit, with: .failed("disk I/O error"))
        _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(successor)"}"#)
        daemon.settle()
        #expect(daemon.events.others.count == 1)
    }

    @Test func aReadThatFailedTouchesNothing() throws {
        let daemon = try InMemoryDaemon()
        daemon.store.fail(.read, with: .failed("disk I/O error"))
        #expect(try daemon.talk().refusal("audit.list", "{}") == "internalError")
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"a"}"#) == nil)
        #expect(daemon.events.others.isEmpty)
    }

    @Test func noErrorTellsOfTheStoresInsides() throws {
        let daemon = try InMemoryDaemon()
        for fault in [StoreFault.cannotWrite("/secret/path"), .failed("/secret/path")] {
            daemon.store.fail(.commit, with: fault)
            let error = try daemon.talk().call("keys.create", #"{"name":"a"}"#)["error"]
            #expect(!error["message"].text.contains("/secret/path"))
        }
    }

    @Test func statusTellsTheFigures() throws {
        let daemon = try InMemoryDaemon()
        daemon.server.run { (SocketCounters(connections: 3), SocketCounters(connections: 4)) }
        let secret = try daemon.secret("a")
        _ = try daemon.secret("b")
        let verify = try daemon.talk(on: .verify)
        for key in [secret, secret, "x"] { _ = try verify.call("keys.verify", #"{"key":"\#(key)"}"#) }
        let status = try daemon.call("system.status")
        daemon.server.finish()
        #expect(status["version"] == "1.2.3" && status["pid"].int == 77 && status["schema"].int == 1)
        #expect(status["startedAt"] == "2026-01-05T12:00:00.000Z" && status["state"] == "ready")
        let keys = try JSON(parsing: #"{"active":1,"unused":1}"#)
        let connections = try JSON(parsing: #"{"admin":3,"verify":4}"#)
        let verifications = try JSON(parsing: #"{"valid":2,"refused":{"malformed":1}}"#)
        #expect(status["keys"] == keys && status["connections"] == connections)
        #expect(status["verifications"] == verifications)
    }

    @Test func unknownKeysAreToldAtMostOnceAMinute() throws {
        let daemon = try InMemoryDaemon()
        let unknown = try InMemoryDaemon(seed: 9).secret("a")
        func present(_ keys: String...) throws {
            for key in keys {
                let line = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(key)"}}"#
                _ = try daemon.talk(as: .gate, on: .verify).say("\(line)\n[\(line)]\n")
            }
            daemon.server.everySecond.runOnce()
            daemon.settle()
        }
        try present("x", unknown, unknown)
        #expect(
            daemon.events.others == [
                "unknownKeys(KeywardServer.UnknownKeys.Share(uid: 998, user: Optional(\"gate\"), malformed: 2, notFound: 4))"
            ])
        try present("x")
        daemon.clock.pass(.seconds(59))
        try present("y")
        #expect(daemon.events.others.count == 1)
        daemon.clock.pass(.seconds(1))
        try present("z")
        #expect(
            daemon.events.others.last
                == "unknownKeys(KeywardServer.UnknownKeys.Share(uid: 998, user: Optional(\"gate\"), malformed: 6, notFound: 0))"
        )
        daemon.clock.pass(.seconds(60))
        daemon.server.everySecond.runOnce()
        #expect(daemon.events.others.count == 2)
    }

    @Test func peersBeyondThoseThatAreToldApartAreLeftOut() {
        let unknownKeys = UnknownKeys()
        for uid in 0..<2_000 { unknownKeys.add(UnknownKeys.Share(uid: UInt32(uid), malformed: 1)) }
        unknownKeys.add(UnknownKeys.Share(uid: 3, notFound: 2))
        let shares = unknownKeys.take(at: ManualClock.start)
        #expect(shares.count == 1_024 && shares[3].malformed == 1 && shares[3].notFound == 2)
    }
}
