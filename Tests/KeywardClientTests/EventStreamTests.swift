import KeywardClient
import ScriptedDaemon
import Testing

/// Events through the library.
@Suite struct EventStreamTests {
    private static func event(_ seq: Int, _ type: String = "created", more: String = "") -> String {
        #"{"jsonrpc":"2.0","method":"event","params":{"subscription":"s","type":"\#(type)","#
            + #""at":"2026-11-23T12:00:00.000Z","seq":\#(seq),"workspace":"default","keyId":"key_1","#
            + #""actor":{"uid":0,"user":"root"},"details":{"name":"a"}\#(more)}}"# + "\n"
    }

    private static let begun = Answer.result(#"{"subscription":"s","seq":5}"#)

    /// A daemon that sends `text` after the reply to a subscription, and then ends the connection or waits for the
    /// client.
    private func daemon(saying text: String, thenWaits: Bool = false) -> ScriptedDaemon {
        ScriptedDaemon { peer in
            guard let line = peer.readLine() else { return }
            peer.write(Self.begun.line(to: line) + text)
            if thenWaits { peer.readToEnd() }
        }
    }

    private func all(_ stream: EventStream) async -> (events: [Event], error: KeywardError?) {
        var events: [Event] = []
        var iterator = stream.makeAsyncIterator()
        do {
            while let event = try await iterator.next() { events.append(event) }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    @Test func givesEventsInTheirOrderAndThenTellsOfTheEnd() async throws {
        let text = (6..<1_006).map { Self.event($0) }.joined()
        let daemon = daemon(saying: text)
        defer { daemon.stop() }
        let stream = try await KeywardClient(socket: daemon.path, timeout: patience).events(
            types: [.action(.keyCreated), .action(.keyRevoked)], workspace: "acme")
        #expect(stream.subscription == "s" && stream.seq == 5)
        let (events, error) = await all(stream)
        #expect(events.map(\.seq) == Array(6..<1_006) && error == .connectionLost)
        #expect(
            events[0].type == .action(.keyCreated) && events[0].details.text == #"{"name":"a"}"#
                && events[0].actor.user == "root")
        #expect(daemon.received.count == 1)
        #expect(daemon.received[0].contains(#""params":{"types":["created","revoked"],"workspace":"acme"}"#))
    }

    @Test func takesWhatANewerDaemonSays() async throws {
        let daemon = daemon(
            saying: Self.event(6, "melted", more: #","colour":"red""#)
                + #"{"jsonrpc":"2.0","method":"weather","params":{"rain":true}}"# + "\n" + Self.event(7))
        defer { daemon.stop() }
        let (events, _) = await all(try await KeywardClient(socket: daemon.path, timeout: patience).events())
        #expect(events.map(\.type.rawValue) == ["melted", "created"])
    }

    @Test func aRefusalIsThrownAtOnce() async throws {
        let daemon = ScriptedDaemon(answering: { _ in
            .error(#"{"code":-32001,"message":"No.","data":{"code":"permissionDenied"}}"#)
        })
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        let error = await #expect(throws: KeywardError.self) { try await client.events() }
        guard case .rejected(let refusal) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.code == .permissionDenied)
    }

    @Test func aDaemonThatIsNotThereIsToldOf() async throws {
        let client = try KeywardClient(socket: "/tmp/no-such-folder/s")
        let error = await #expect(throws: KeywardError.self) { try await client.events() }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aDaemonThatIsSilentIsGivenUp() async throws {
        let daemon = ScriptedDaemon { $0.readToEnd() }
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: .milliseconds(50))
        await #expect(throws: KeywardError.timedOut) { try await client.events() }
    }

    @Test func closingGivesWhatHasArrivedAndThenTheEnd() async throws {
        let daemon = daemon(saying: Self.event(6), thenWaits: true)
        defer { daemon.stop() }
        let stream = try await KeywardClient(socket: daemon.path, timeout: patience).events()
        var iterator = stream.makeAsyncIterator()
        #expect(try await iterator.next()?.seq == 6)
        stream.close()
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
    }

    /// `stop` returns once the connection has ended; here the scripted daemon leaves that to the client.
    @Test func aStreamThatNobodyHoldsEndsItsConnection() async throws {
        let daemon = daemon(saying: "", thenWaits: true)
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        do { _ = try await client.events() }
        // The next connection is served when the first has ended.
        _ = try await client.events().subscription
        #expect(daemon.received.count == 2)
        daemon.stop()
    }

    @Test func aCancelledTaskEndsItsWait() async throws {
        let daemon = daemon(saying: Self.event(6), thenWaits: true)
        defer { daemon.stop() }
        let client = try KeywardClient(socket: daemon.path, timeout: patience)
        let outcome = await withTaskGroup(of: KeywardError?.self) { group in
            group.addTask {
                do {
                    for try await event in try await client.events() where event.seq == 7 { return nil }
                    return nil
                } catch let error as KeywardError {
                    return error
                } catch {
                    return nil
                }
            }
            while daemon.received.isEmpty { await Task.yield() }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
    }
}
