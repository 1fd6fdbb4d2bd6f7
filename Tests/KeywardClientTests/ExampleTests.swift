import KeywardClient
import ScriptedDaemon
import Testing

/// The example of the documentation: a service that accepts a request only with a valid key.
private struct Gateway {
    enum Status { case ok, unauthorized, forbidden, unavailable }

    let keyward: KeywardClient

    func status(forHeader header: String) async -> Status {
        guard let presented = header.split(separator: "Bearer ").first else { return .unauthorized }
        do {
            let answer = try await keyward.verify(String(presented), scopes: ["orders:read"])
            if answer.valid { return .ok }
            return answer.code == .insufficientScope ? .forbidden : .unauthorized
        } catch {
            // Keyward could not answer: this service then serves nobody.
            return .unavailable
        }
    }
}

@Suite struct ExampleTests {
    @Test func `The documentation's example tells good keys from bad ones`() async throws {
        let daemon = ScriptedDaemon { line in
            switch Request.key(line) {
            case "good": .result(#"{"valid":true,"code":"valid","warnings":[]}"#)
            case "narrow": .result(#"{"valid":false,"code":"insufficientScope","warnings":[]}"#)
            case "bad": .result(#"{"valid":false,"code":"revoked","warnings":[]}"#)
            default: .error(#"{"code":-32603,"message":"Later.","data":{"code":"internalError"}}"#)
            }
        }
        defer { daemon.stop() }
        let gateway = Gateway(keyward: try KeywardClient(socket: daemon.path, timeout: patience))
        #expect(await gateway.status(forHeader: "Bearer good") == .ok)
        #expect(await gateway.status(forHeader: "Bearer narrow") == .forbidden)
        #expect(await gateway.status(forHeader: "Bearer bad") == .unauthorized)
        #expect(await gateway.status(forHeader: "Bearer other") == .unavailable)
    }
}
