import KeywardBase
import KeywardProtocol
import NIOCore
import Testing

@testable import KeywardGateway

struct AnswerTests {
    private static let site = Site(name: "shop", proxy: .caddy, rules: [Rule(prefix: "", scopes: ["a:b", "c"])])

    private func text(_ refusal: Refusal, _ form: AnswerWriter.Form = AnswerWriter.Form(), site: Site = site) -> String
    {
        var buffer = NIOCore.ByteBuffer()
        AnswerWriter(site).append(refusal, form, to: &buffer)
        return String(buffer: buffer)
    }

    /// The identity headers for the members of a verification's result.
    private func identity(_ members: String, chosen: Set<IdentityHeader> = Set(IdentityHeader.allCases)) throws
        -> String
    {
        let line = Array(#"{"jsonrpc":"2.0","id":1,"result":{"valid":true,"code":"valid",\#(members)}}"#.utf8)
        var tape = JSONTape(limits: .reply)
        var buffer = KeywardBase.ByteBuffer()
        let reply = VerifyReply(
            line.span, tape: &tape, fields: &buffer, block: IdentityBlock(chosen), now: { fatalError("no limits") })
        #expect(reply?.id == 1 && reply?.outcome == .valid)
        return buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        (Refusal.noKey, 401, #"Bearer realm="shop""# as String?),
        (.ambiguousKey, 401, #"error="invalid_request""#), (.invalidKey(.expired), 401, #"error="invalid_token""#),
        (.insufficientScope(rule: 0), 403, #"error="insufficient_scope""#), (.noRule, 403, nil),
        (.addressRefused, 403, nil),
        (.path(.dotSegment), 403, nil), (.upgradeRequired, 402, nil), (.unavailable(.lost), 503, nil),
        (.announcedBody, 403, nil), (.headerTooLarge, 431, nil), (.rateLimited, 429, nil),
        (.creditsExhausted, 402, nil),
    ])
    func aRefusalHasItsStatusItsChallengeAndAProblem(refusal: Refusal, status: Int, challenge: String?) {
        let answer = text(refusal)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("WWW-Authenticate: ") == (challenge != nil))
        if let challenge { #expect(answer.contains(challenge), "\(answer)") }
        #expect(answer.contains("\r\nCache-Control: no-store\r\n"))
        #expect(answer.contains("\r\nContent-Type: application/problem+json\r\n"))
        #expect(answer.contains(#""status":\#(status),"#) && answer.contains(#""code":"\#(refusal.code)""#))
        #expect(answer.contains("\r\nRetry-After: 1\r\n") == (status == 503))
        let parts = answer.split(separator: "\r\n\r\n")
        #expect(parts.count == 2 && answer.contains("\r\nContent-Length: \(parts[1].utf8.count)\r\n"))
    }

    @Test func theScopesThatAreNeededAreNamed() {
        #expect(text(.insufficientScope(rule: 0)).contains(#"scope="a:b c""#))
    }

    @Test(arguments: [
        (Refusal.upgradeRequired, 403, 402), (.rateLimited, 403, 429), (.creditsExhausted, 403, 402),
        (.unavailable(.lost), 403, 503), (.noKey, 401, 401), (.noRule, 403, 403),
    ])
    func forNginxTheRealStatusIsInAHeader(refusal: Refusal, status: Int, real: Int) {
        var site = Self.site
        site.proxy = .nginx
        let answer = text(refusal, site: site)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("\r\nX-Keyward-Status: \(real)\r\n"))
        #expect(!text(refusal).contains("X-Keyward-Status"))
    }

    @Test func aHeadRequestGetsNoBody() {
        let answer = text(.noRule, AnswerWriter.Form(isHead: true))
        #expect(answer.hasSuffix("\r\n\r\n") && !answer.contains("Content-Length: 0"))
    }

    @Test func aConnectionIsKeptOrClosedInWords() {
        #expect(text(.noRule, AnswerWriter.Form(keepsAlive: false)).contains("\r\nConnection: close\r\n"))
        #expect(text(.noRule, AnswerWriter.Form(isOld: true)).contains("\r\nConnection: keep-alive\r\n"))
        #expect(!text(.noRule).contains("Connection: "))
    }

    @Test func everyIdentityHeaderIsInEveryAnswerThatPasses() throws {
        let some = try identity(#""keyId":"key_1","name":"n","owner":{"name":null},"scopes":[],"expiresAt":null"#)
        var buffer = NIOCore.ByteBuffer()
        AnswerWriter(Self.site).appendUnverified(AnswerWriter.Form(), to: &buffer)
        for answer in [some, String(buffer: buffer)] {
            for header in IdentityHeader.allCases { #expect(answer.contains("\(header.field): ")) }
            #expect(!answer.contains(": \r\n"), "an empty value: \(answer)")
        }
        #expect(some.contains("X-Keyward-Key-Id: key_1\r\n") && some.contains("X-Keyward-Owner: -\r\n"))
        #expect(some.contains("X-Keyward-Workspace: -\r\n") && some.contains("X-Keyward-Scopes: -\r\n"))
        #expect(String(buffer: buffer).contains("X-Keyward-Verified: no\r\n"))
    }

    @Test func aHeaderThatTheSiteDoesNotChooseHasNoValue() throws {
        let text = try identity(#""keyId":"key_1","name":"n""#, chosen: [.name])
        #expect(text.contains("X-Keyward-Key-Id: -\r\n") && text.contains("X-Keyward-Name: n\r\n"))
    }

    @Test(arguments: [
        (#"Platform team"#, "Platform%20team"), (#"a\r\nX: y"#, "a%0D%0AX:%20y"), ("Zoë", "Zo%C3%AB"), ("50%", "50%25"),
        ("-", "%2D"), ("--", "--"), (#"\"q\""#, "\"q\""), ("", "-"), (#"\u0000"#, "%00"), ("\u{7F}", "%7F"),
    ])
    func aValueIsPrintableASCII(name: String, value: String) throws {
        #expect(try identity(#""owner":{"name":"\#(name)"}"#).contains("X-Keyward-Owner: \(value)\r\n"))
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","id":1,"result":{"valid":true,"code":"expired"}}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{"valid":false,"code":"valid"}}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{"valid":"true","code":"valid"}}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{"code":"valid"}}"#, #"{"jsonrpc":"2.0","id":1,"result":true}"#,
        #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"m"}}"#, "{}", "", "null",
        #"{"jsonrpc":"2.0","method":"event","params":{}}"#,
    ])
    func aReplyThatContradictsItselfIsNone(line: String) {
        var tape = JSONTape(limits: .reply)
        var buffer = KeywardBase.ByteBuffer()
        let bytes = Array(line.utf8)
        let reply = VerifyReply(
            bytes.span, tape: &tape, fields: &buffer, block: IdentityBlock([]), now: { fatalError("no limits") })
        #expect(reply == nil, "\(line)")
        let isEmpty = buffer.isEmpty
        #expect(isEmpty)
    }

    @Test(arguments: [
        ("default", Rule(prefix: ""), #""params":{"key":"k"}}"#),
        ("acme", Rule(prefix: ""), #""params":{"key":"k","workspace":"acme"}}"#),
        ("default", Rule(prefix: "", scopes: ["a", "b"]), #""params":{"key":"k","scopes":["a","b"]}}"#),
        ("default", Rule(prefix: "", cost: 0), #""params":{"key":"k","cost":0}}"#),
        (
            "default", Rule(prefix: "", cost: 5, limits: ["exports": 1, "bytes": 0, "z": 70]),
            #""params":{"key":"k","cost":5,"limits":[{"name":"bytes","cost":0},{"name":"exports"},{"name":"z","cost":70}]}}"#
        ),
    ])
    func aLineHasWhatTheDaemonNeeds(workspace: String, rule: Rule, end: String) {
        var buffer = NIOCore.ByteBuffer()
        VerifyLine(workspace: workspace, scopes: rule.scopes, cost: rule.cost, limits: rule.limits)
            .append(id: 7, key: "k", to: &buffer)
        #expect(String(buffer: buffer) == #"{"jsonrpc":"2.0","id":7,"method":"keys.verify","# + end + "\n")
    }

    @Test func aKeyCannotAddToItsLine() {
        var buffer = NIOCore.ByteBuffer()
        VerifyLine(workspace: "default").append(
            id: 7, key: "k\",\"workspace\":\"*\n", to: &buffer)
        #expect(String(buffer: buffer).hasSuffix(#"{"key":"k\",\"workspace\":\"*\n"}}"# + "\n"))
    }
}
