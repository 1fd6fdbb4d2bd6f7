import KeywardClient
import ScriptedDaemon
import Testing

/// How long a test waits for an answer that is not about time: the machine may be busy.
let patience = Duration.seconds(60)

private let valid =
    #"{"valid":true,"code":"valid","keyId":null,"workspace":null,"name":null,"owner":null,"#
    + #""scopes":null,"metadata":null,"expiresAt":null,"warnings":[]}"#

private func answer(named name: String) -> String {
    valid.replacing(#""name":null"#, with: #""name":"\#(name)""#)
}

private let key =
    #"{"id":"key_01","workspace":"default","name":"a","prefix":"kw_00000001","status":"unused","facts":[],"#
    + #""usageCount":0,"refusedCount":0,"lastUsedAt":null,"lastUsedBy":null,"createdAt":"2026-01-01T00:00:00.000Z","#
    + #""createdBy":{"uid":0,"user":"root"},"expiresAt":null,"owner":null,"purpose":null,"scopes":[],"metadata":{},"#
    + #""rotation":null,"revoked":null,"actions":[]}"#

/// The error that `body` throws.
private func failure(_ body: () async throws -> some Sendable) async -> KeywardError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? KeywardError
    }
}

@Suite struct ClientConversationTests {
    @Test func `Calls of many tasks are in flight at once, and each gets its own reply`() async throws {
        let daemon = ScriptedDaemon { peer in
            // No request is answered before all are sent.
            let lines = (0..<50).compactMap { _ in peer.readLine() }
            peer.write(lines.map { Answer.result(answer(named: Request.key($0))).line(to: $0) }.joined())
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        let names = try await withThrowingTaskGroup(of: (String, String?).self) { group in
            for number in 0..<50 {
                group.addTask { ("k\(number)", try await client.verify("k\(number)").name) }
            }
            return try await group.reduce(into: [(String, String?)]()) { $0.append($1) }
        }
        #expect(names.count == 50)
        #expect(names.allSatisfy { $0.0 == $0.1 })
    }

    @Test func `A verification that was lost with its connection is asked again`() async throws {
        let daemon = ScriptedDaemon { peer in
            guard let line = peer.readLine(), peer.index == 1 else { return }
            peer.write(Answer.result(valid).line(to: line))
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        #expect(try await client.verify("k").valid)
        #expect(daemon.received.map(Request.method) == ["keys.verify", "keys.verify"])
    }

    @Test func `A change that was lost with its connection is not made again`() async throws {
        let daemon = ScriptedDaemon { peer in
            guard let line = peer.readLine(), peer.index == 1 else { return }
            peer.write(Answer.result(#"{"state":"ready"}"#).line(to: line))
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        await #expect(throws: KeywardError.connectionLost) { try await client.createKey(named: "a") }
        #expect(try await client.ping() == .ready)
        #expect(daemon.received.map(Request.method) == ["keys.create", "system.ping"])
    }

    @Test func `A backup leaves a file, so it is not made again`() async throws {
        let daemon = ScriptedDaemon { peer in
            guard let line = peer.readLine(), peer.index == 1 else { return }
            peer.write(Answer.result(#"{"state":"ready"}"#).line(to: line))
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        await #expect(throws: KeywardError.connectionLost) { try await client.backUp() }
        #expect(try await client.ping() == .ready)
        #expect(daemon.received.map(Request.method) == ["system.backup", "system.ping"])
    }

    @Test func `A verification that always ends its connection is given up after three attempts`() async throws {
        let daemon = ScriptedDaemon { peer in _ = peer.readLine() }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        await #expect(throws: KeywardError.connectionLost) { try await client.verify("k") }
        #expect(daemon.received.count == 3)
    }

    @Test func `A change waits for a daemon that is away`() async throws {
        let folder = ShortFolder()
        let client = try KeywardClient(socket: folder.path + "/s")
        async let disabled = client.disableKey("a")
        let daemon = ScriptedDaemon(in: folder) { _ in .result(#"{"key":\#(key)}"#) }
        defer { daemon.stop() }
        #expect(try await disabled.key.name == "a")
        #expect(daemon.received.count == 1)
    }

    @Test func `A call that is not answered in time ends, and the next one has a fresh connection`() async throws {
        let daemon = ScriptedDaemon { peer in
            guard peer.index == 1 else { return peer.readToEnd() }
            while let line = peer.readLine() { peer.write(Answer.result(#"{"state":"ready"}"#).line(to: line)) }
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        await #expect(throws: KeywardError.timedOut) { try await client.ping(timeout: .milliseconds(20)) }
        #expect(try await client.ping() == .ready)
    }

    @Test func `A call that cannot be sent in time says why there is no connection`() async throws {
        let folder = ShortFolder()
        let client = try KeywardClient(socket: folder.path + "/s", timeout: .milliseconds(20))
        let missing = KeywardError.unreachable(Unreachable(path: folder.path + "/s", reason: .missing))
        await #expect(throws: missing) { try await client.ping() }
    }

    @Test func `A cancelled call ends at once, and its late reply is nobody else's`() async throws {
        let (asked, announce) = AsyncStream.makeStream(of: Void.self)
        let daemon = ScriptedDaemon { peer in
            guard let first = peer.readLine() else { return }
            announce.yield()
            guard let second = peer.readLine() else { return }
            peer.write(Answer.result(answer(named: "first")).line(to: first))
            peer.write(Answer.result(answer(named: "second")).line(to: second))
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        let first = await withTaskGroup(of: KeywardError?.self) { group in
            group.addTask { await failure { try await client.verify("first") } }
            for await _ in asked.prefix(1) {}
            group.cancelAll()
            return await group.next()
        }
        #expect(first == .cancelled)
        #expect(try await client.verify("second").name == "second")
    }

    @Test func `A call of a task that was cancelled before is not sent`() async throws {
        let daemon = ScriptedDaemon { _ in .result(#"{"state":"ready"}"#) }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        let outcome = await withTaskGroup(of: KeywardError?.self) { group in
            group.cancelAll()
            group.addTask { await failure { try await client.disableKey("a") } }
            return await group.next()
        }
        #expect(outcome == .cancelled)
        #expect(try await client.ping() == .ready)
        #expect(daemon.received.map(Request.method) == ["system.ping"])
    }

    @Test func `A closed client ends the calls under way, and refuses later ones`() async throws {
        let (asked, announce) = AsyncStream.makeStream(of: Void.self)
        let daemon = ScriptedDaemon { peer in
            _ = peer.readLine()
            announce.yield()
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        async let underWay = failure { try await client.disableKey("a") }
        for await _ in asked.prefix(1) {}
        client.close()
        #expect(await underWay == .closed)
        await #expect(throws: KeywardError.closed) { try await client.ping() }
    }
}

@Suite struct ClientReplyTests {
    private func outcome(of reply: String) async throws -> KeywardError? {
        let daemon = ScriptedDaemon { peer in
            _ = peer.readLine()
            peer.write(reply)
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        return await #expect(throws: KeywardError.self) { try await client.disableKey("a") }
    }

    @Test(arguments: [
        "hello\n", "{}\n", #"{"jsonrpc":"2.0","id":1}"# + "\n", #"{"jsonrpc":"1.0","id":1,"result":{}}"# + "\n",
        #"{"jsonrpc":"2.0","id":7,"result":{"key":{}}}"# + "\n",
        #"{"jsonrpc":"2.0","id":null,"result":{"key":\#(key)}}"# + "\n",
        #"{"jsonrpc":"2.0","id":1,"result":{"key":7}}"# + "\n",
        #"{"jsonrpc":"2.0","id":1,"result":{"#,
    ])
    func `A reply that is none is an error, and says nothing of what came`(reply: String) async throws {
        let daemon = ScriptedDaemon { peer in
            _ = peer.readLine()
            peer.write(reply)
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        let error = await #expect(throws: KeywardError.self) { try await client.disableKey("a") }
        switch error {
        case .protocolViolation(let text): #expect(!text.contains("hello"))
        case .connectionLost: #expect(!reply.hasSuffix("\n"))
        default: Issue.record("\(String(describing: error))")
        }
    }

    @Test func `A reply without end is not kept beyond its bound`() async throws {
        let error = try await outcome(
            of: #"{"jsonrpc":"2.0","id":1,"result":""# + String(repeating: "a", count: 17 << 20))
        #expect(error == .protocolViolation("its reply is longer than any of Keyward's"))
    }

    @Test func `An error reply keeps its code and its facts`() async throws {
        let daemon = ScriptedDaemon { _ in
            .error(#"{"code":-32003,"message":"No.","data":{"code":"upgradeRequired","plan":"free","new":1}}"#)
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        let refusal = RPCError(.upgradeRequired, "No.", data: RPCError.Facts(plan: "free"))
        await #expect(throws: KeywardError.rejected(refusal)) { try await client.createKey(named: "a") }
    }

    @Test func `Members and words of a newer daemon are taken as they are`() async throws {
        let daemon = ScriptedDaemon { _ in
            .result(valid.replacing(#""code":"valid""#, with: #""code":"quarantined","news":{"a":[1]}"#))
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        #expect(try await client.verify("k").code.rawValue == "quarantined")
    }

    @Test func `A notification between replies answers no call`() async throws {
        let daemon = ScriptedDaemon { peer in
            while let line = peer.readLine() {
                peer.write(#"{"jsonrpc":"2.0","method":"event","params":{}}"# + "\n")
                peer.write(Answer.result(#"{"state":"ready"}"#).line(to: line))
            }
        }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        #expect(try await client.ping() == .ready)
    }

    @Test func `A refusal of the connection is sweepMarks to the call`() async throws {
        let error = try await outcome(
            of:
                #"{"jsonrpc":"2.0","id":null,"error":{"code":-32006,"message":"Full.","data":{"code":"limitExceeded"}}}"#
                + "\n")
        #expect(error == .rejected(RPCError(.limitExceeded, "Full.")))
    }

    @Test func `What cannot be a key is malformed without asking`() async throws {
        let client = try KeywardClient(socket: "/nowhere/at/all")
        #expect(try await client.verify([0xFF, 0xFE]).code == .malformed)
        #expect(try await client.verify(String(repeating: "a", count: 5_000)).code == .malformed)
    }
}
