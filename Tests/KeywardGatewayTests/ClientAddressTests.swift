import KeywardBase
import KeywardTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import KeywardGateway

/// The address of the proxy's client.
struct ClientAddressTests {
    @Test(
        arguments: [
            (["192.0.2.7"], "192.0.2.7"), (["2001:db8::7"], "2001:db8::7"), (["::ffff:192.0.2.7"], "192.0.2.7"),
            (["6.6.6.6, 192.0.2.7"], "192.0.2.7"), (["6.6.6.6", "192.0.2.7"], "192.0.2.7"),
            (["6.6.6.6,192.0.2.7 ,10.0.0.1"], "192.0.2.7"), (["192.0.2.7", "10.0.0.1,\t10.0.0.2"], "192.0.2.7"),
            (["10.0.0.3, 10.0.0.1"], "10.0.0.3"), ([], nil), ([""], nil), (["unknown"], nil), (["192.0.2.7:80"], nil),
            (["192.0.2.7,"], nil), (["192.0.2.7, unknown"], nil), (["unknown, 192.0.2.7"], "192.0.2.7"),
            (["192.0.2.7, 10.0.0.1x"], nil), (["fe80::1%eth0"], nil),
        ] as [([String], String?)])
    func theRightmostThatIsNoTrustedProxyDecides(values: [String], expected: String?) throws {
        let source = ClientAddress(
            header: "X-Forwarded-For", trustedProxies: [try #require(AddressBlock("10.0.0.0/8"))])
        var headers = HTTPHeaders([("X-API-Key", "k"), ("Forwarded", "for=1.1.1.1")])
        for value in values { headers.add(name: "x-forwarded-FOR", value: value) }
        let fields = RequestFields(headers, of: .nginx, addressHeader: source.header)
        #expect(source.address(in: fields.address)?.description == expected)
    }

    @Test func theDaemonIsToldIt() throws {
        let line = VerifyLine(workspace: "acme", scopes: ["a"])
        var buffer = NIOCore.ByteBuffer()
        line.append(id: 7, key: "k", address: IPAddress("192.0.2.7"), to: &buffer)
        #expect(
            String(buffer: buffer)
                == #"{"jsonrpc":"2.0","id":7,"method":"keys.verify","params":{"key":"k","address":"192.0.2.7","#
                + #""workspace":"acme","scopes":["a"]}}"# + "\n")
    }

    @Test func aKeyForSomeAddressesPassesForThemAlone() throws {
        let daemon = try KeyedDaemon()
        let key = try daemon.create("office", "--address", "192.0.2.0/24")
        let told = try GatewayProcess(
            "proxy: caddy\naddress: {header: X-Real-IP}\nrules:\n  - path: /\n", daemon: daemon.process.verifySocket)
        func ask(_ more: String, of gateway: GatewayProcess) throws -> (status: Int, code: String?) {
            let request =
                "GET / HTTP/1.1\r\nHost: gateway\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Uri: /any\r\n"
                + "X-API-Key: \(key)\r\n\(more)Connection: close\r\n\r\n"
            let reply = try Reply(gateway.exchange(request))
            return (reply.status, reply.code)
        }
        #expect(try ask("X-Real-IP: 192.0.2.7\r\n", of: told).status == 200)
        for more in ["X-Real-IP: 192.0.3.7\r\n", "", "X-Forwarded-For: 192.0.2.7\r\n"] {
            let refused = try ask(more, of: told)
            #expect(refused.status == 403 && refused.code == "addressRefused", "\(more)")
        }
        let untold = try GatewayProcess("proxy: caddy\nrules:\n  - path: /\n", daemon: daemon.process.verifySocket)
        #expect(try ask("X-Real-IP: 192.0.2.7\r\n", of: untold).code == "addressRefused")
    }
}
