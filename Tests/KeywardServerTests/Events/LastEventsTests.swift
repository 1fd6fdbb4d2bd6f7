import Dispatch
import Glibc
import KeywardBase
import KeywardCore
import Synchronization
import Testing

@testable import KeywardServer

/// The orderly stop, from a subscriber's side: the events of every change come before the end.
@Suite struct LastEventsTests {
    /// A daemon on both sockets.
    private final class ServedDaemon {
        let folder = ShortFolder()
        let daemon: InMemoryDaemon
        let admin: SocketServer
        let verify: SocketServer
        let listener: SocketClient
        /// An idle client: its connection ends as soon as the stop has begun.
        let idle: SocketClient

        init(_ daemon: InMemoryDaemon) throws {
            self.daemon = daemon
            admin = try SocketServer(
                Listener(path: folder.path + "/s"), as: .admin, loops: 1, .admin, serving: daemon.server.services)
            verify = try SocketServer(
                Listener(path: folder.path + "/t"), as: .verify, loops: 1, .verify, serving: daemon.server.services)
            listener = try SocketClient(folder.path + "/s")
            listener.write(Self.line("events.subscribe"))
            #expect(listener.readLines(1)?.contains(#""subscription":"sub-1""#) == true)
            idle = try SocketClient(folder.path + "/s")
            idle.write(Self.line("system.ping"))
            #expect(idle.readLines(1)?.contains("ready") == true)
        }

        static func line(_ method: String, _ params: String = "{}") -> String {
            #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"# + "\n"
        }

        /// Stops it; `meanwhile` runs when the event loop has begun to close connections. Returns the types of the
        /// events that the subscriber received before its end.
        func stop(meanwhile: () -> Void) throws -> [String] {
            let (server, admin, verify) = (daemon.server, admin, verify)
            let stopping = try NamedThread("stop") {
                server.drain(admin: admin, verify: verify, within: 60_000)
            }
            #expect(idle.readAll() == "")
            meanwhile()
            let lines = try #require(listener.readAll()).split(separator: "\n")
            stopping.join()
            return try lines.map { try JSON(parsing: String($0))["params"]["type"].text }
        }
    }

    /// Blocks the thread that writes an audit entry of one action, until it is released.
    private final class Hold: Sendable {
        private let entered = DispatchSemaphore(value: 0)
        private let released = DispatchSemaphore(value: 0)
        private let action: AuditNote.Action

        init(_ action: AuditNote.Action) { self.action = action }

        func meet(_ entry: AuditRecord) {
            guard entry.action == action.rawValue else { return }
            entered.signal()
            released.wait()
        }

        func waitUntilMet() { entered.wait() }
        func release() { released.signal() }
    }

    @Test func whatWasAnsweredIsToldBeforeTheEnd() throws {
        let queue = DispatchQueue(label: "test.events")
        let served = try ServedDaemon(InMemoryDaemon(eventQueue: queue))
        let client = try SocketClient(served.folder.path + "/s")
        queue.suspend()
        client.write(ServedDaemon.line("keys.create", #"{"name":"a"}"#))
        #expect(client.readLines(1)?.contains("secret") == true)
        #expect(try served.stop(meanwhile: { queue.resume() }) == ["created"])
    }

    @Test func aChangeThatIsStillUnderWayIsToldBeforeTheEnd() throws {
        let hold = Hold(.keyCreated)
        let served = try ServedDaemon(InMemoryDaemon(whenAudited: hold.meet))
        let client = try SocketClient(served.folder.path + "/s")
        client.write(ServedDaemon.line("keys.create", #"{"name":"a"}"#))
        hold.waitUntilMet()
        #expect(try served.stop(meanwhile: hold.release) == ["created"])
        #expect(client.readAll()?.contains("secret") == true)
    }

    @Test func theFirstUseByTheLastVerificationIsToldBeforeTheEnd() throws {
        let hold = Hold(.rotationFirstUse)
        let served = try ServedDaemon(InMemoryDaemon(whenAudited: hold.meet))
        _ = try served.daemon.secret("a")
        let successor = try served.daemon.call("keys.rotate", #"{"key":"a"}"#)["secret"].text
        let client = try SocketClient(served.folder.path + "/t")
        client.write(ServedDaemon.line("keys.verify", #"{"key":"\#(successor)"}"#))
        #expect(client.readLines(1)?.contains(#""valid":true"#) == true)
        hold.waitUntilMet()
        #expect(
            try served.stop(meanwhile: hold.release) == [
                "created", "rotated", "rotationStarted", "firstUse", "graceStarted",
            ])
    }

    @Test func aStopEndsASubscriberToWhomNothingIsTold() throws {
        let served = try ServedDaemon(InMemoryDaemon())
        #expect(try served.stop(meanwhile: {}) == [])
    }
}
