import KeywardCore
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

/// Work for a closed connection ends after its current step.
@Suite struct ClosedConnectionTests {
    private static func line(_ method: String) -> String { #"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"# }

    /// The number of reads of the store if the connection ends during the first read.
    private func reads(of daemon: InMemoryDaemon, for line: String) throws -> Int {
        let (arrived, mayGoOn) = (Gate(), Gate())
        let reads = Atomic(0)
        daemon.store.beforeReads {
            guard reads.wrappingAdd(1, ordering: .relaxed).oldValue == 0 else { return }
            arrived.open()
            mayGoOn.wait()
        }
        var talk: Talk? = try daemon.talk()
        talk?.begin(line + "\n")
        arrived.wait()
        talk = nil
        mayGoOn.open()
        daemon.settle()
        return reads.load(ordering: .relaxed)
    }

    @Test func aBatchRunsNoFurther() throws {
        let batch = "[" + Array(repeating: Self.line("audit.list"), count: 10).joined(separator: ",") + "]"
        #expect(try reads(of: InMemoryDaemon(), for: batch) == 1)
    }

    @Test func aLongReadIsToldSo() throws {
        let services = try InMemoryDaemon().server.services
        let requester = Requester()
        let call = CallContext(services, .admin, Peer.root.credentials, id: [], requester: requester)
        #expect(call.goesOn)
        requester.leave()
        #expect(!call.goesOn)
    }

    @Test func aListEndsBetweenTwoHolds() throws {
        let fixture = try AuthorityFixture()
        for number in 0..<1_000 { _ = try fixture.create("key-\(number)") }
        var holds = 0
        #expect(throws: Refusal.self) {
            try fixture.authority.keys(
                inWorkspace: nil, matching: KeyQuery(order: .name), for: .root, at: fixture.clock.now
            ) {
                holds += 1
                return holds < 3
            }
        }
        #expect(holds == 3)
    }
}
