import Foundation
import Glibc
import KeywardTesting
import ScriptedDaemon
import Testing

/// The program when the daemon, the proxy or its own file is at fault.
struct GatewayFaultTests {
    private static let failOpen = "proxy: nginx\nfailOpen: true\n" + GatewayProcess.rules

    @Test func withoutADaemonRequestsAreUnavailable() throws {
        let gateway = try GatewayProcess(daemon: "/nowhere/verify.sock")
        let reply = try gateway.ask(key: "k")
        #expect(reply.status == 403 && reply.realStatus == 503 && reply.headers["Retry-After"] == "1")
        #expect(gateway.process.waitForText("1 request could not be verified: nothing listens at /nowhere/verify.sock"))
        #expect(try gateway.metrics().contains(#"keyward_gateway_unavailable_total{reason="unreachable"} 1"#))
    }

    @Test func aSiteThatFailsOpenSaysSoInEachAnswerAndInTheLog() throws {
        let gateway = try GatewayProcess(Self.failOpen, daemon: "/nowhere/verify.sock")
        let reply = try gateway.ask(key: "k")
        #expect(
            reply.status == 200 && reply.headers["X-Keyward-Verified"] == "no" && reply.headers["X-Keyward-Name"] == "-"
        )
        #expect(gateway.process.waitForText("1 request passed without verification"))
        // Neither a missing key, nor a path, nor a scope is forgiven.
        #expect(try gateway.ask().status == 401)
        #expect(try gateway.ask("/none", key: "k").status == 403)
    }

    @Test func aMuteDaemonIsNoReasonToFailOpen() throws {
        let daemon = ScriptedDaemon { $0.readToEnd() }
        defer { daemon.stop() }
        let gateway = try GatewayProcess(Self.failOpen, daemon: daemon.path)
        let start = ContinuousClock.now
        #expect(try gateway.ask(key: "k").realStatus == 503)
        #expect(ContinuousClock.now - start >= .milliseconds(500))
        #expect(try gateway.metrics().contains(#"keyward_gateway_unavailable_total{reason="timeout"} 1"#))
    }

    @Test func aLateReplyIsNotGivenToTheNextRequest() throws {
        let daemon = ScriptedDaemon { peer in
            guard let first = peer.readLine(), let second = peer.readLine() else { return }
            peer.write(ScriptedAnswer.result(#"{"valid":true,"code":"valid","name":"first"}"#).line(to: first))
            peer.write(ScriptedAnswer.result(#"{"valid":true,"code":"valid","name":"second"}"#).line(to: second))
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let gateway = try GatewayProcess(daemon: daemon.path)
        #expect(try gateway.ask(key: "a").realStatus == 503)
        #expect(try gateway.ask(key: "b").headers["X-Keyward-Name"] == "second")
    }

    @Test func aReplyToAnotherCallEndsTheConnectionAndPassesNothing() throws {
        let daemon = ScriptedDaemon { peer in
            guard peer.index == 0 else {
                while let line = peer.readLine() {
                    peer.write(ScriptedAnswer.result(#"{"valid":false,"code":"revoked"}"#).line(to: line))
                }
                return
            }
            _ = peer.readLine()
            peer.write(#"{"jsonrpc":"2.0","id":99,"result":{"valid":true,"code":"valid"}}"# + "\n")
            peer.readToEnd()
        }
        defer { daemon.stop() }
        let gateway = try GatewayProcess(daemon: daemon.path)
        #expect(try gateway.ask(key: "a").realStatus == 503)
        #expect(try gateway.ask(key: "b").code == "revoked")
    }

    @Test func aCallThatWasSentIsNeverRepeated() throws {
        let daemon = ScriptedDaemon { peer in
            // Takes the first call and closes without a reply.
            _ = peer.readLine()
        }
        defer { daemon.stop() }
        let gateway = try GatewayProcess(daemon: daemon.path)
        #expect(try gateway.ask(key: "a").realStatus == 503)
        #expect(try gateway.ask(key: "b").realStatus == 503)
        #expect(daemon.received.map { Request.key($0) } == ["a", "b"])
        #expect(Set(daemon.received.map { Request.id($0) }).count == 2)
    }

    @Test func anErrorOfTheDaemonPassesNothing() throws {
        let daemon = ScriptedDaemon(answering: { _ in
            .error(#"{"code":-32603,"message":"m","data":{"code":"internalError"}}"#)
        })
        defer { daemon.stop() }
        let gateway = try GatewayProcess(Self.failOpen, daemon: daemon.path)
        #expect(try gateway.ask(key: "k").realStatus == 503)
    }

    @Test func afterARestartOfTheDaemonRequestsPassAgain() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        #expect(try gateway.ask(key: daemon.key).status == 200)
        daemon.process.kill()
        #expect(try gateway.ask(key: daemon.key).realStatus == 503)
        try daemon.restart()
        #expect(try gateway.ask(key: daemon.key).status == 200)
    }

    @Test func aSlowClientIsDisconnectedAndDelaysNobody() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let slow = try LineClient(gateway.socket)
        slow.send("GET / HTTP/1.1\r\nX-Original-Method: GET\r\n")
        #expect(try gateway.ask(key: daemon.key).status == 200)
        let start = ContinuousClock.now
        #expect(try slow.rest().isEmpty)
        #expect((8...16).contains((ContinuousClock.now - start) / .seconds(1)))
    }

    @Test(arguments: [
        ("limits:\n  orders: 3\n", "shop.yaml:2:1: unknown member 'limits'"),
        ("adress: {header: X-Real-IP}\n", "shop.yaml:2:1: unknown member 'adress'"),
        ("failOpn: true\n", "did you mean 'failOpen'?"),
    ])
    func aFileWithAnUnknownMemberIsRefusedWithItsLine(member: String, message: String) throws {
        let folder = try ScratchFolder()
        try folder.write("proxy: nginx\n\(member)" + GatewayProcess.rules, to: "shop.yaml")
        let socket = ["--socket", folder.file("s")]
        for arguments in [["--check-config"], socket] {
            let end = try ChildProcess(
                GatewayProcess.executable, ["--config", folder.file("shop.yaml")] + arguments
            ).wait()
            #expect(end.exit == 78 && end.output.contains(message), "\(end.output)")
        }
    }

    @Test func aGoodFileIsSummarized() throws {
        let folder = try ScratchFolder()
        try folder.write("proxy: nginx\n" + GatewayProcess.rules, to: "shop.yaml")
        let end = try ChildProcess(
            GatewayProcess.executable, ["--check-config", "--config", folder.file("shop.yaml")]
        ).wait()
        #expect(end.exit == 0 && end.output.contains("shop.yaml: valid.\nProxy      nginx\n"))
        #expect(end.output.contains("Rule 1     /orders  GET,HEAD  orders:read\n"))
    }

    @Test(arguments: [("", 64), ("--threads 0 x", 64), ("../x --socket /tmp/x", 64), ("absent", 78)])
    func aCommandLineThatCannotBeUsedIsRefused(arguments: String, status: Int) throws {
        let words = arguments.split(separator: " ").map(String.init)
        let end = try ChildProcess(GatewayProcess.executable, words).wait()
        #expect(end.exit == Int32(status), "\(end.output)")
    }

    @Test func withoutASocketItNamesTheUnit() throws {
        let folder = try ScratchFolder()
        try folder.write("proxy: nginx\n" + GatewayProcess.rules, to: "shop.yaml")
        let end = try ChildProcess(GatewayProcess.executable, ["--config", folder.file("shop.yaml")]).wait()
        #expect(end.exit == 78 && end.output.contains("systemctl start keyward-gateway@shop.socket"))
    }
}
