import KeywardBase
import KeywardProtocol
import KeywardTesting
import NIOCore
import Testing

@testable import KeywardGateway

/// What a gateway says about limits and credits.
struct AllowanceTests {
    private static let now = Timestamp("2026-11-28T10:00:00.000Z")!

    /// The header fields for the members of a result.
    private func fields(_ members: String, code: String = "rateLimited") throws -> [String] {
        let line = Array(
            #"{"jsonrpc":"2.0","id":1,"result":{"valid":\#(code == "valid"),"code":"\#(code)",\#(members)}}"#.utf8)
        var tape = JSONTape(limits: .reply)
        var buffer = KeywardBase.ByteBuffer()
        let reply = VerifyReply(
            line.span, tape: &tape, fields: &buffer, block: IdentityBlock([]), now: { Self.now })
        #expect(try #require(reply).outcome == (code == "valid" ? .valid : .refused(.init(rawValue: code))))
        let text = buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        #expect(text.isEmpty || text.hasSuffix("\r\n"))
        // An empty line would end the header.
        #expect(!("\r\n" + text).contains("\r\n\r\n"))
        return text.split(separator: "\r\n").map(String.init).filter { !$0.hasPrefix("X-Keyward-") }
    }

    private static let limits = """
        "limits":[{"name":"requests","limit":100,"remaining":3,"resetsAt":"2026-11-28T10:00:11.001Z"},\
        {"name":"none","limit":null,"remaining":null,"resetsAt":null},\
        {"name":"daily","limit":1000000000,"remaining":8,"resetsAt":"2026-11-28T09:59:59.900Z"}]
        """

    @Test(arguments: ["valid", "rateLimited"])
    func theLimitsThatAKeyHasAreFieldsOfTheDraft(code: String) throws {
        #expect(
            try fields(Self.limits, code: code) == [
                #"RateLimit-Policy: "requests";q=100, "daily";q=1000000000"#,
                #"RateLimit: "requests";r=3;t=12, "daily";r=8"#,
            ])
    }

    @Test(arguments: [
        (#""retryAfterSeconds":12"#, ["Retry-After: 12"]), (#""retryAfterSeconds":0"#, ["Retry-After: 0"]),
        (#""retryAfterSeconds":null"#, []), (#""retryAfterSeconds":-1"#, []), (#""retryAfterSeconds":"1""#, []),
        (#""limits":[]"#, []), (#""limits":[{"name":"a","limit":null,"remaining":null,"resetsAt":null}]"#, []),
        (#""limits":[{"name":"a\"b","limit":1,"remaining":1,"resetsAt":null}]"#, []),
        (#""limits":[{"name":"a\r\nX: y","limit":1,"remaining":1,"resetsAt":null}]"#, []),
        (#""limits":[{"name":"a","limit":1,"remaining":-1,"resetsAt":null}]"#, []), (#""limits":null"#, []),
    ])
    func aFieldIsLeftOutRatherThanWrong(members: String, expected: [String]) throws {
        #expect(try fields(members) == expected)
    }

    @Test func aKeyWithoutCreditsIsToldNothingOfLimits() throws {
        #expect(try fields(Self.limits + #","retryAfterSeconds":3"#, code: "creditsExhausted").isEmpty)
    }

    /// A daemon behind a gateway for Caddy, which passes every status on.
    private func withGateway(
        _ rules: String, proxy: String = "caddy", _ body: (KeyedDaemon, GatewayProcess) throws -> Void
    ) throws {
        let daemon = try KeyedDaemon()
        let gateway = try GatewayProcess("proxy: \(proxy)\nrules:\n\(rules)", daemon: daemon.process.verifySocket)
        try body(daemon, gateway)
    }

    private func ask(_ gateway: GatewayProcess, _ path: String, _ key: String) throws -> Reply {
        let more = "X-Forwarded-Method: GET\r\nX-Forwarded-Uri: \(path)\r\n"
        return try gateway.ask(path, key: key, more)
    }

    @Test func aLimitedKeyPassesUntilItsLimitAndIsThenToldWhenToComeBack() throws {
        try withGateway("  - path: /\n    cost: 2\n") { daemon, gateway in
            let key = try daemon.create("limited", "--limit", "requests=4/31d")
            let (first, second, third) = (
                try ask(gateway, "/", key), try ask(gateway, "/", key), try ask(gateway, "/", key)
            )
            #expect(first.status == 200 && first.headers["RateLimit-Policy"] == #""requests";q=4"#)
            #expect(first.headers["RateLimit"] == #""requests";r=2"# && first.headers["Retry-After"] == nil)
            #expect(second.status == 200 && second.headers["RateLimit"]?.hasPrefix(#""requests";r=0;t="#) == true)
            #expect(third.status == 429 && third.code == "rateLimited")
            let wait = try #require(third.headers["Retry-After"].flatMap { Int($0) })
            #expect((1...2 * 31 * 86_400).contains(wait))
            // The gateway's clock has gone on since the daemon's answer.
            let field = try #require(third.headers["RateLimit"])
            let rest = try #require(field.split(separator: #""requests";r=0;t="#).first.flatMap { Int($0) }, "\(field)")
            #expect((wait - 60...wait).contains(rest))
            #expect(third.headers["X-Keyward-Name"] == nil)
            #expect(try gateway.metrics().contains(#"answers_total{code="rateLimited",status="429"} 1"# + "\n"))
        }
    }

    @Test func aRuleThatCostsMoreThanTheLimitHasNoTimeToComeBack() throws {
        try withGateway("  - path: /\n    cost: 5\n") { daemon, gateway in
            let reply = try ask(gateway, "/", try daemon.create("limited", "--limit", "requests=4/31d"))
            #expect(reply.status == 429 && reply.headers["Retry-After"] == nil)
            #expect(reply.headers["RateLimit"] == #""requests";r=4"#)
        }
    }

    @Test func aRuleSpendsOfALimitThatItNames() throws {
        let rules =
            "  - path: /exports\n    limits: {exports: 3, unknown: 1}\n  - path: /free\n    cost: 0\n  - path: /\n"
        try withGateway(rules) { daemon, gateway in
            let key = try daemon.create("limited", "--limit", "exports=3/31d:named", "--credits", "2")
            #expect(try ask(gateway, "/exports", key).headers["RateLimit-Policy"] == #""exports";q=3"#)
            #expect(try ask(gateway, "/exports", key).code == "rateLimited")
            let other = try ask(gateway, "/other", key)
            #expect(other.status == 200 && other.headers["RateLimit"] == nil)
            let empty = try ask(gateway, "/other", key)
            #expect(empty.status == 402 && empty.code == "creditsExhausted")
            #expect(try ask(gateway, "/free", key).status == 200)
            #expect(try gateway.metrics().contains(#"answers_total{code="creditsExhausted",status="402"} 1"# + "\n"))
        }
    }

    @Test func forNginxTheAnswersKeepTheirFields() throws {
        try withGateway("  - path: /\n", proxy: "nginx") { daemon, gateway in
            let key = try daemon.create("limited", "--limit", "requests=1/31d", "--credits", "5")
            #expect(try gateway.ask(key: key).headers["RateLimit"]?.hasPrefix(#""requests";r=0;t="#) == true)
            let reply = try gateway.ask(key: key)
            #expect(reply.status == 403 && reply.realStatus == 429 && reply.headers["Retry-After"] != nil)
        }
    }

    @Test func theCheckOfAFileShowsWhatARuleSpends() throws {
        let folder = try ScratchFolder()
        try folder.write(
            "proxy: nginx\nrules:\n  - {path: /a, cost: 5, limits: {b: 2, a: 1}}\n  - path: /\n", to: "s.yaml")
        let end = try ChildProcess(GatewayProcess.executable, ["--check-config", "--config", folder.file("s.yaml")])
            .wait()
        #expect(
            end.output.contains("Rule 1     /a  any method  a valid key  cost 5  limits a 1, b 2\n"), "\(end.output)")
        #expect(end.output.contains("Rule 2     /  any method  a valid key\n"), "\(end.output)")
    }
}
