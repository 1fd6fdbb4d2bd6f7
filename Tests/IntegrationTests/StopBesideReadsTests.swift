import Glibc
import KeywardTesting
import Testing

/// SIGTERM during long reads, which take longer than the time for the last replies.
struct StopBesideReadsTests {
    private func line(_ id: Int, _ method: String) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"}"#
    }

    @Test(arguments: ["audit.check", "audit.list", "keys.list", "system.backup", "system.metrics"])
    func theDaemonEndsInGoodOrder(method: String) throws {
        let daemon = try TestDaemon()
        let creations = (0..<100).map { id in
            #"{"jsonrpc":"2.0","id":\#(id),"method":"keys.create","params":{"name":"key-\#(id)"}}"#
        }
        let clients = try (0..<8).map { _ in try LineClient(daemon.process.adminSocket) }
        #expect(try clients[0].exchange("[" + creations.joined(separator: ",") + "]").contains("key-99"))
        // Batches continue after their connection was closed.
        let batch = "[" + (0..<100).map { line($0, method) }.joined(separator: ",") + "]\n"
        for client in clients { client.sendWithoutWaiting(String(repeating: batch, count: 20)) }
        let end = daemon.process.stop()
        #expect(end.exit == 0, "\(method): \(end.output.suffix(2_000))")
        #expect(end.output.hasSuffix("event=daemon.stopped\n"))
    }
}
