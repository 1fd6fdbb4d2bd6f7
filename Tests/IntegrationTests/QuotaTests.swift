import KeywardTesting
import Testing

/// The limits of the configuration, from a client's side.
struct QuotaTests {
    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"#

    @Test func aUserWithTooManyConnectionsIsToldAndGetsInWhenOneEnds() throws {
        let daemon = try TestDaemon(
            configuration: "limits:\n  verify: {connections: 40, connectionsPerUser: 3, reserved: 1}\n")
        // The test's own connection counts as one.
        var clients = try (0..<2).map { _ in try LineClient(daemon.process.verifySocket) }
        for client in clients { #expect(try client.exchange(ping).contains("ready")) }
        let lines = try LineClient(daemon.process.verifySocket).lines()
        let error = try JSON(#require(lines.first))["error"]
        #expect(lines.count == 1 && error["data"]["code"].string == "limitExceeded")
        #expect(error["data"]["limit"].int == 3 && error["code"].int == -32006)
        #expect(try daemon.done("system.status")["connections"]["verify"].int == 3)
        // The other socket counts separately.
        #expect(try LineClient(daemon.process.adminSocket).exchange(ping).contains("ready"))
        clients.removeLast()
        var isServed = false
        for _ in 0..<10_000 where !isServed {
            isServed = try LineClient(daemon.process.verifySocket).exchange(ping).contains("ready")
        }
        #expect(isServed)
    }

    @Test func aPartialLineAndAnIdleConnectionAreEnded() throws {
        let daemon = try TestDaemon(
            configuration: """
                limits:
                  admin: {idleSeconds: 1, partialLineSeconds: 1}
                  verify: {partialLineSeconds: 1}
                """)
        let patient = try LineClient(daemon.process.verifySocket)
        let idle = try LineClient(daemon.process.adminSocket)
        let partial = try LineClient(daemon.process.verifySocket)
        #expect(try idle.exchange(ping).contains("ready"))
        partial.send(String(ping.dropLast()))
        #expect(try partial.lines().isEmpty)
        #expect(try idle.lines().isEmpty)
        // Services keep connections open.
        #expect(try patient.exchange(ping).contains("ready"))
    }

    @Test func theLongestLineIsConfigurable() throws {
        let daemon = try TestDaemon(configuration: "limits:\n  verify: {lineBytes: 1024}\n")
        let client = try LineClient(daemon.process.verifySocket)
        client.send(String(repeating: " ", count: 1_025) + "\n")
        #expect(try JSON(#require(try client.line()))["error"]["data"]["limit"].int == 1_024)
    }
}
