import Glibc
import KeywardTesting
import Testing

/// SIGTERM with many open connections: received requests are answered, counted usage is stored, and the stop is quick.
struct StopTests {
    private static let configuration = """
        limits:
          admin: {connections: 300, connectionsPerUser: 300}
          verify: {connections: 600, connectionsPerUser: 600}
        """

    private func line(_ id: Int, _ method: String, _ params: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"# + "\n"
    }

    @Test func fiveHundredConnectionsOfAllKindsAreEndedInGoodOrderWithinFiveSeconds() throws {
        let daemon = try TestDaemon(configuration: Self.configuration)
        let secret = try daemon.create("staging-api").secret
        let verify = line(1, "keys.verify", #"{"key":"\#(secret)"}"#)
        let (verifySocket, adminSocket) = (daemon.process.verifySocket, daemon.process.adminSocket)
        let idle = try (0..<200).map { _ in try LineClient(verifySocket) }
        let changing = try (0..<100).map { _ in try LineClient(adminSocket) }
        let busy = try (0..<100).map { _ in try LineClient(verifySocket) }
        let deaf = try (0..<100).map { _ in try LineClient(verifySocket) }
        // All are accepted once they have received a reply.
        for client in idle + changing + deaf + busy { #expect(try client.exchange(line(0, "system.ping")) != "") }
        // The kernel has received everything below when the daemon gets the signal.
        daemon.process.signal(SIGSTOP)
        // More replies than the socket accepts: these clients do not read.
        let flood = String(repeating: verify, count: 1_000)
        for client in deaf { client.sendWithoutWaiting(flood) }
        for (index, client) in changing.enumerated() {
            client.send(line(index, "keys.create", #"{"name":"staging-\#(index)"}"#))
        }
        for client in busy { client.send(String(repeating: verify, count: 100)) }

        let start = ContinuousClock.now
        daemon.process.signal(SIGTERM)
        daemon.process.signal(SIGCONT)
        let end = daemon.process.stop()
        let taken = ContinuousClock.now - start
        #expect(end.exit == 0, "\(end.output)")
        #expect(taken < .seconds(5), "\(taken)")

        for client in idle { #expect(try client.lines() == []) }
        // Every line that the kernel received before the signal was answered.
        for client in busy { #expect(try client.lines().filter { $0.contains(#""valid":true"#) }.count == 100) }
        let replies = try changing.map { try $0.lines() }
        #expect(replies.allSatisfy { $0.count == 1 && $0[0].contains(#""result""#) })
        let served = deaf.reduce(0) { sum, client in
            sum + client.linesUntilBroken().count { $0.contains(#""valid":true"#) }
        }

        // Then the database alone has all usage.
        try #require(unlink(daemon.process.runFolder + "/usage.ledger") == 0)
        try daemon.startAgain()
        let names = try daemon.done("keys.list", #"{"limit":500}"#)["keys"].elements.compactMap { $0["name"].string }
        #expect(Set(names) == Set(["staging-api"] + (0..<100).map { "staging-\($0)" }))
        // Every answered verification was counted and stored.
        let used = try #require(try daemon.done("keys.get", #"{"key":"staging-api"}"#)["key"]["usageCount"].int)
        #expect(used >= 10_000 + served, "\(used) \(served)")
    }
}

extension LineClient {
    /// All complete lines until the connection ends, cleanly or not.
    func linesUntilBroken() -> [String] {
        var lines: [String] = []
        while let line = try? line() { lines.append(line) }
        return lines
    }
}
