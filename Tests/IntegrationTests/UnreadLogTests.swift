import KeywardTesting
import Testing

/// A log that nobody reads: standard error is a full pipe.
struct UnreadLogTests {
    @Test func noChangeWaitsForTheLogAndWhatItMissedIsTold() throws {
        let daemon = try TestDaemon()
        let clients = try (0..<15).map { _ in try LineClient(daemon.process.adminSocket) }
        // Some 300 bytes per entry, into a pipe of 1 MiB; then as many as may wait, and more.
        for _ in 0..<6 {
            for (client, uid) in zip(clients, 1_000...) { client.send(Self.grants(to: uid) + "\n") }
            for client in clients {
                let reply = try #require(try client.line())
                #expect(reply.contains(#""id":99,"result""#), "\(reply.suffix(200))")
            }
        }
        let metrics = try #require(try daemon.done("system.metrics")["text"].string)
        let line = try #require(metrics.split(separator: "\n").first { $0.hasPrefix(Self.figure) })
        #expect(try #require(Int(line.dropFirst(Self.figure.count))) > 0, "\(line)")
        #expect(daemon.process.waitForLog("event=log.entriesLeftOut"))
        let end = daemon.process.stop()
        #expect(end.exit == 0 && end.output.hasSuffix("event=daemon.stopped\n"))
    }

    /// A hundred changes in one line.
    private static func grants(to uid: Int) -> String {
        let calls = (0..<100).map { number in
            #"{"jsonrpc":"2.0","id":\#(number),"method":"members.grant","params":{"workspace":"default","#
                + #""principal":"uid:\#(uid)","role":"\#(number % 2 == 0 ? "admin" : "viewer")"}}"#
        }
        return "[" + calls.joined(separator: ",") + "]"
    }

    private static let figure = #"keyward_log_entries_left_out_total{reason="queue"} "#
}
