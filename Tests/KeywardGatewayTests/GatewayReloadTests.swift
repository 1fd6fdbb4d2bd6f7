import Foundation
import Glibc
import KeywardTesting
import ScriptedDaemon
import Testing

@testable import KeywardGateway

/// The program when its site's file is read again.
struct GatewayReloadTests {
    private static let other = "proxy: nginx\nrules:\n  - {path: /fresh}\n"

    @Test func aReloadPutsTheFileInForce() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        #expect(try gateway.ask("/fresh", key: daemon.key).code == "noRule")
        let end = try gateway.reload(Self.other)
        #expect(end.exit == 0 && end.output == "The file was read again; changed: rules.\n", "\(end.output)")
        #expect(try gateway.ask("/fresh", key: daemon.key).status == 200)
        #expect(try gateway.ask("/any", key: daemon.key).code == "noRule")
        #expect(gateway.process.waitForText("The file was read again; changed: rules."))
        #expect(try gateway.reload(Self.other).output.contains("nothing has changed"))
    }

    @Test func aSignalReloadsToo() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        try gateway.folder.write(Self.other, to: "shop.yaml")
        gateway.process.signal(SIGHUP)
        #expect(gateway.process.waitForText("changed: rules"))
        #expect(try gateway.ask("/fresh", key: daemon.key).status == 200)
    }

    @Test func aRefusedFileLeavesThePreviousSiteInForce() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let metric = "\nkeyward_gateway_config_last_reload_successful "
        #expect(try gateway.metrics().contains(metric + "1\n"))
        for (text, message) in [
            ("proxy: nginx\nlimits: {}\n" + GatewayProcess.rules, "shop.yaml:2:1: unknown member 'limits'"),
            ("proxy: [\n", "not YAML"), ("", "'proxy' is missing"),
        ] {
            let end = try gateway.reload(text)
            #expect(end.exit == 78 && end.output.contains(message), "\(end.output)")
            #expect(end.output.hasSuffix("The previous site stays in force.\n"))
            // The messages differ, so each is that of this file.
            #expect(gateway.process.waitForText(message))
            #expect(gateway.process.text.contains("the previous site stays in force: "))
            #expect(try gateway.ask("/orders", key: daemon.key).status == 200)
            #expect(try gateway.metrics().contains(metric + "0\n"))
        }
        #expect(try gateway.reload(Self.other).exit == 0)
        #expect(try gateway.metrics().contains(metric + "1\n"))
    }

    /// The rule and the headers of a request in flight are those of the site under which it arrived.
    @Test(arguments: [
        (#"{"valid":false,"code":"insufficientScope"}"#, ["WWW-Authenticate": #"scope="b:read""#]),
        (
            #"{"valid":true,"code":"valid","name":"prod-shop","workspace":"acme"}"#,
            ["X-Keyward-Name": "prod-shop", "X-Keyward-Workspace": "-"]
        ),
    ])
    func aRequestInFlightIsAnsweredByThePreviousSite(result: String, headers: [String: String]) throws {
        let release = DispatchSemaphore(value: 0)
        let daemon = ScriptedDaemon { peer in
            while let line = peer.readLine() {
                release.wait()
                peer.write(ScriptedAnswer.result(result).line(to: line))
            }
        }
        defer { daemon.stop() }
        let gateway = try GatewayProcess(
            "proxy: nginx\nheaders: [name]\nrules:\n  - path: /a\n  - {path: /b, scopes: ['b:read']}\n",
            daemon: daemon.path)
        let client = try LineClient(gateway.socket)
        client.send(GatewayProcess.request("/b", key: "k"))
        while daemon.received.isEmpty { sched_yield() }
        #expect(try gateway.reload("proxy: caddy\nheaders: [workspace]\nrules:\n  - path: /c\n").exit == 0)
        release.signal()
        // The connection stays open, and its next request is answered by the new site.
        client.send("GET / HTTP/1.1\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: /b\r\nConnection: close\r\n\r\n")
        let text = try client.rest()
        let first = try Reply(text)
        for (name, value) in headers { #expect(first.headers[name]?.contains(value) == true, "\(text)") }
        #expect(text.components(separatedBy: "HTTP/1.1 ").count == 3 && text.contains(#""code":"noRule""#), "\(text)")
    }

    @Test func anotherPlaceToListenTakesARestartAndTheLogSaysSo() throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess(daemon: daemon.process.verifySocket)
        let end = try gateway.reload(Self.other + "listen: 127.0.0.1:1\nallowUsers: [root]\n")
        #expect(end.exit == 0 && end.output.contains("systemctl enable --now keyward-gateway-tcp@shop"))
        #expect(gateway.process.waitForText("'listen' is different, and a reload does not move a socket."))
        #expect(try gateway.ask("/fresh", key: daemon.key).status == 200)
    }

    @Test func aReloadedSiteKeepsItsSocketAndNeverOpensItToEveryAccount() {
        let own = LoopbackListener(address: "::1", port: 1, uids: [7])
        let cases: [(running: LoopbackListener?, file: LoopbackListener?, result: LoopbackListener?, isMoved: Bool)] = [
            (nil, nil, nil, false), (own, own, own, false), (own, nil, own, true), (nil, own, nil, true),
            (
                own, LoopbackListener(address: "::1", port: 1, uids: [8]),
                LoopbackListener(address: "::1", port: 1, uids: [8]), false
            ),
            (
                own, LoopbackListener(address: "::1", port: 2, uids: [8]),
                LoopbackListener(address: "::1", port: 1, uids: [8]), true
            ),
        ]
        for expected in cases {
            var (running, file) = (
                Site(name: "shop", proxy: .nginx, rules: []), Site(name: "shop", proxy: .caddy, rules: [])
            )
            (running.loopback, file.loopback) = (expected.running, expected.file)
            #expect(running.reloaded(file).loopback == expected.result && running.reloaded(file).proxy == .caddy)
            #expect(running.listensElsewhere(file) == expected.isMoved)
        }
    }

    @Test func withoutAGatewayAReloadFails() throws {
        let end = try ChildProcess(
            GatewayProcess.executable, ["shop", "--reload", "--reload-socket", "/nowhere/r"]
        ).wait()
        #expect(end.exit == 71 && end.output.contains("No gateway answers at /nowhere/r"))
    }

    @Test func reloadsAreOnlyForItsOwnAccount() throws {
        let gateway = try GatewayProcess(daemon: "/nowhere/verify.sock")
        var status = stat()
        #expect(stat(gateway.folder.file("r"), &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
}
