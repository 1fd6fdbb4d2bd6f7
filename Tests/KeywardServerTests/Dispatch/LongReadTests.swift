import Foundation
import Glibc
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

/// The store is closed when the daemon stops: no read may use it then, and none may delay the stop for long.
///
/// Code that blocks here has its own threads: Dispatch has few, and the pending reads need them.
@Suite(.serialized) struct LongReadTests {
    struct Read: CustomTestStringConvertible, Sendable {
        var line: String
        /// The codes of the replies; `nil` for a result.
        var codes: [String?]
        var testDescription: String { line }

        init(_ method: String, _ params: String = "{}", code: String?) {
            line = Self.line(method, params)
            codes = [code]
        }

        /// A batch of three.
        init(batchOf method: String, codes: [String?]) {
            line = "[" + (0..<3).map { _ in Self.line(method, "{}") }.joined(separator: ",") + "]"
            self.codes = codes
        }

        private static func line(_ method: String, _ params: String) -> String {
            #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
        }
    }

    static let reads = [
        // Long reads check whether they are still needed.
        Read("audit.check", code: "shuttingDown"), Read("system.backup", code: "shuttingDown"),
        Read("audit.list", code: nil), Read("keys.usage", #"{"key":"a"}"#, code: nil),
        Read(batchOf: "audit.list", codes: [nil, "shuttingDown", "shuttingDown"]),
        Read(batchOf: "audit.check", codes: ["shuttingDown", "shuttingDown", "shuttingDown"]),
    ]

    @Test(arguments: reads) func anEndWaitsForAReadThatIsUnderWayAndAdmitsNoOther(_ read: Read) throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("a")
        let (arrived, mayGoOn, done) = (Gate(), Gate(), Gate())
        let order = Mutex<[String]>([])
        let reads = Atomic(0)
        daemon.store.beforeReads {
            // A call may read several times: the first read is held.
            guard reads.wrappingAdd(1, ordering: .relaxed).oldValue == 0 else { return }
            arrived.open()
            mayGoOn.wait()
            order.withLock { $0.append("read") }
        }
        let reply = Mutex<JSON?>(nil)
        Thread.detachNewThread {
            let answer = try? daemon.talk().ask(read.line)
            reply.withLock { $0 = answer }
            done.open()
        }
        arrived.wait()
        Thread.detachNewThread {
            daemon.server.finish()
            order.withLock { $0.append("end") }
            done.open()
        }
        while !daemon.server.services.reads.isClosed { sched_yield() }
        mayGoOn.open()
        done.wait()
        done.wait()
        #expect(order.withLock { $0 } == ["read", "end"])
        let answer = try #require(reply.withLock { $0 })
        let replies = read.line.hasPrefix("[") ? answer.items : [answer]
        #expect(replies.map { $0["error"]["data"]["code"].string } == read.codes)
    }

    @Test func anEndCallsWhoeverWantsToKnowThatItGoesOn() throws {
        let gate = ReadGate()
        #expect(gate.enter() && gate.isClosed == false)
        var calls = 0
        gate.close {
            calls += 1
            gate.leave()
        }
        #expect(calls == 1 && !gate.enter() && gate.isClosed)
    }
}
