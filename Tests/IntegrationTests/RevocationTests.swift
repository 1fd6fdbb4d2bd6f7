import KeywardTesting
import Testing

/// A revocation applies from its reply on, on every connection.
struct RevocationTests {
    /// Verifications run on four connections, on several loops, while each key is revoked.
    @Test func noVerificationSentAfterARevocationWasAcknowledgedSucceeds() throws {
        let daemon = try TestDaemon(configuration: "verifyLoops: 3\nallLoopsServe: true\n")
        let admin = try LineClient(daemon.process.adminSocket)
        let services = try (0..<4).map { _ in try LineClient(daemon.process.verifySocket) }
        for round in 0..<300 {
            let secret = try daemon.create("key-\(round)").secret
            let question = #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#(secret)"}}"# + "\n"
            services.forEach { $0.send(question) }
            admin.send(
                #"{"jsonrpc":"2.0","id":1,"method":"keys.revoke","params":"#
                    + #"{"key":"key-\#(round)","reason":"other","confirm":true}}"# + "\n")
            services.forEach { $0.send(question + question) }
            #expect(try JSON(#require(try admin.line()))["result"]["key"]["status"].string == "revoked")
            services.forEach { $0.send(question) }
            for service in services {
                let codes = try (0..<4).map { _ in try JSON(#require(try service.line()))["result"]["code"].string }
                try #require(codes.last == "revoked")
                // Once refused, always refused.
                #expect(codes.drop { $0 == "valid" }.allSatisfy { $0 == "revoked" })
            }
        }
    }
}
