import Foundation
import Glibc
import KeywardTesting
import ScriptedDaemon
import Testing

/// The program with a real daemon behind it.
struct GatewayTests {
    @Test func aValidKeyPassesWithItsFacts() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let reply = try gateway.ask("/orders/7?x=1", key: daemon.key)
        #expect(reply.status == 200 && reply.headers["X-Keyward-Verified"] == "yes")
        #expect(reply.headers["X-Keyward-Name"] == "prod-shop" && reply.headers["X-Keyward-Owner"] == "Platform%20team")
        #expect(reply.headers["X-Keyward-Scopes"] == "orders:read" && reply.headers["X-Keyward-Expires-At"] == "-")
        #expect(reply.headers["X-Keyward-Key-Id"]?.hasPrefix("key_") == true && reply.headers["Content-Length"] == "0")
    }

    @Test func everyOtherKeyIsRefusedWithItsReason() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let revoked = try daemon.create("old")
        try daemon.keyward("revoke", "old", "--yes")
        let cases: [(path: String, method: String, key: String?, status: Int, code: String)] = [
            ("/any", "GET", nil, 401, "noKey"), ("/any", "GET", "nonsense", 401, "malformed"),
            ("/any", "GET", revoked, 401, "revoked"), ("/orders", "POST", daemon.key, 403, "insufficientScope"),
            ("/none", "GET", daemon.key, 403, "noRule"), ("/any/../orders", "GET", daemon.key, 403, "path"),
        ]
        for expected in cases {
            let reply = try gateway.ask(expected.path, expected.method, key: expected.key)
            #expect(reply.status == expected.status && reply.code == expected.code, "\(expected): \(reply)")
            #expect(reply.headers["X-Keyward-Name"] == nil)
        }
        try daemon.keyward("workspace", "set-plan", "default", "free", "--yes")
        let reply = try gateway.ask(key: daemon.key)
        #expect(reply.status == 403 && reply.realStatus == 402 && reply.code == "upgradeRequired")
    }

    @Test func aRevokedKeyIsRefusedByTheNextRequest() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let key = try daemon.create("brief")
        #expect(try gateway.ask(key: key).status == 200)
        try daemon.keyward("revoke", "brief", "--yes")
        #expect(try gateway.ask(key: key).status == 401)
    }

    @Test func requestsOfOneConnectionAreAnsweredInTheirOrder() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let client = try LineClient(gateway.socket)
        var text = ""
        for index in 0..<300 {
            // Those without a key are answered at once; they wait for those before them.
            text += GatewayProcess.request(
                index.isMultiple(of: 3) ? "/none" : "/any", key: index % 3 == 1 ? daemon.key : nil)
        }
        client.send(text + GatewayProcess.request("/any", key: nil, "Connection: close\r\n"))
        let answers = try client.rest().components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(answers.count == 301)
        #expect(answers.prefix(300).enumerated().allSatisfy { $1 == ["403", "200", "401"][$0 % 3] })
    }

    @Test(arguments: ["Content-Length: 40\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n28\r\n"])
    func theBodyOfARequestIsNeverReadAsAnotherRequest(announcement: String) throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let inner = GatewayProcess.request("/orders", key: daemon.key)
        let request = GatewayProcess.request("/any", key: daemon.key)
        let text = try gateway.exchange(request.dropLast() + announcement + inner)
        #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2, "\(text)")
        let reply = try Reply(text)
        #expect(reply.status == 403 && reply.code == "announcedBody" && reply.headers["Connection"] == "close")
        #expect(try gateway.metrics().contains(#"{code="valid",status="200"} 0"# + "\n"))
    }

    @Test func aMegabyteOfHeadersIsRefused() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        for header in [
            "X-Long: \(String(repeating: "a", count: 1 << 20))", String(repeating: "A: b\r\n", count: 101) + "C: d",
        ] {
            let text = try gateway.exchange("GET / HTTP/1.1\r\n\(header)\r\n\r\n")
            #expect(try Reply(text).realStatus == 431, "\(text.prefix(80))")
        }
        #expect(try gateway.ask(key: daemon.key).status == 200)
    }

    @Test func anUpgradeIsAnsweredLikeAnyRequest() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n"
        let text = try gateway.exchange(GatewayProcess.request("/any", key: daemon.key, upgrade))
        #expect(try Reply(text).status == 200)
        #expect(try Reply(gateway.exchange(GatewayProcess.request("/any", key: nil, upgrade))).status == 401)
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "\0\0\0\r\n\r\n",
    ])
    func whatIsNotHTTPIsRefusedAndEndsNothing(text: String) throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let answer = try gateway.exchange(text)
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 40"), "\(answer)")
        #expect(try gateway.ask(key: daemon.key).status == 200)
    }

    /// The daemon's numbers are in its metrics, and no key is.
    @Test func itsMetricsCountAnswersAndNameNoKey() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        _ = try gateway.ask(key: daemon.key)
        _ = try gateway.ask()
        let text = try gateway.metrics()
        #expect(text.contains(#"keyward_gateway_answers_total{code="valid",status="200"} 1"# + "\n"))
        #expect(text.contains(#"keyward_gateway_answers_total{code="noKey",status="401"} 1"# + "\n"))
        #expect(text.contains("keyward_gateway_verify_seconds_count 1\n"))
        #expect(!text.contains(daemon.key) && !gateway.process.text.contains(daemon.key))
    }

    @Test func aStopAnswersTheRequestInFlight() throws {
        let daemon = ScriptedDaemon { peer in
            while let line = peer.readLine() {
                // Answers only when told to.
                if peer.index == 0 { Self.release.wait() }
                peer.write(ScriptedAnswer.result(#"{"valid":false,"code":"expired"}"#).line(to: line))
            }
        }
        defer { daemon.stop() }
        let gateway = try GatewayProcess(daemon: daemon.path)
        let client = try LineClient(gateway.socket)
        client.send(GatewayProcess.request(key: "k"))
        while daemon.received.isEmpty { sched_yield() }
        gateway.process.signal(SIGTERM)
        while (try? LineClient(gateway.socket)) != nil { sched_yield() }
        Self.release.signal()
        let reply = try Reply(client.rest())
        #expect(reply.status == 401 && reply.code == "expired")
        #expect(gateway.process.wait().exit == 0)
    }

    private static let release = DispatchSemaphore(value: 0)
}
