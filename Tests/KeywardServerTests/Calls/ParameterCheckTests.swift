import KeywardCore
import KeywardProtocol
import Testing

@testable import KeywardServer

/// The shapes of parameters: each limit, and one beyond.
@Suite struct ShapeTests {
    struct Bound: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var method: String
        var params: String
        /// The refused parameter; `nil` if there is none.
        var refused: String?
    }

    private static func x(_ count: Int, _ message: String = "x") -> String { String(repeating: message, count: count) }

    /// Values of a text: accepted ones, and refused ones.
    private static func text(_ place: (method: String, param: String), longest: Int = 128) -> [(
        value: String, isGood: Bool
    )] {
        let isName = place.param == "workspace" || place == ("workspaces.create", "name")
        return [
            (x(1), true), (x(longest), true), (x(longest + 1), false), (x(longest, "\u{e9}"), true),
            (x(longest + 1, "\u{e9}"), false), ("", false), ("  ", false), ("a\\nb", false), ("a\\u0000b", false),
            ("a\\u202eb", false), ("\\u2066a", false), ("\\u009f", false), ("\\ud83d\\ude00", true),
            ("\\u200b", false), ("a\\u200bb", false), ("\\u3164", false), ("a\\u200d", !isName), (" a", !isName),
            ("a\\u00a0", !isName),
        ]
    }

    /// Every parameter where people give text: method, the other parameters, and the form of the text.
    private static let places: [(method: String, param: String, write: @Sendable (String) -> String, longest: Int)] = [
        ("keys.create", "workspace", { #"{"name":"n","workspace":"\#($0)"}"# }, 128),
        ("keys.create", "purpose", { #"{"name":"n","purpose":"\#($0)"}"# }, 128),
        ("keys.create", "requestId", { #"{"name":"n","requestId":"\#($0)"}"# }, 128),
        ("keys.create", "owner", { #"{"name":"n","owner":{"name":"\#($0)"}}"# }, 128),
        ("keys.create", "owner", { #"{"name":"n","owner":{"contact":"\#($0)"}}"# }, 128),
        ("keys.update", "purpose", { #"{"key":"k","purpose":"\#($0)"}"# }, 128),
        ("keys.update", "owner", { #"{"key":"k","owner":{"name":"\#($0)"}}"# }, 128),
        ("keys.update", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.rotate", "requestId", { #"{"key":"k","requestId":"\#($0)"}"# }, 128),
        ("keys.rotate", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.confirmRotation", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.cancelRotation", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.revoke", "note", { #"{"key":"k","reason":"other","note":"\#($0)"}"# }, 500),
        ("keys.revoke", "workspace", { #"{"key":"k","reason":"other","workspace":"\#($0)"}"# }, 128),
        ("keys.disable", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.enable", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.get", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.usage", "workspace", { #"{"key":"k","workspace":"\#($0)"}"# }, 128),
        ("keys.list", "search", { #"{"search":"\#($0)"}"# }, 128),
        ("keys.list", "start", { #"{"start":"\#($0)"}"# }, 128),
        ("keys.list", "workspace", { #"{"workspace":"\#($0)"}"# }, 128),
        ("workspaces.create", "name", { #"{"name":"\#($0)"}"# }, 128),
        ("workspaces.create", "plan", { #"{"name":"w","plan":"\#($0)"}"# }, 128),
        ("workspaces.get", "workspace", { #"{"workspace":"\#($0)"}"# }, 128),
        ("workspaces.setPlan", "workspace", { #"{"workspace":"\#($0)","plan":"free"}"# }, 128),
        ("workspaces.setPlan", "plan", { #"{"workspace":"w","plan":"\#($0)"}"# }, 128),
        ("members.grant", "workspace", { #"{"workspace":"\#($0)","principal":"uid:5","role":"viewer"}"# }, 128),
        ("members.remove", "workspace", { #"{"workspace":"\#($0)","principal":"uid:5"}"# }, 128),
        ("members.remove", "principal", { #"{"workspace":"w","principal":"\#($0)"}"# }, 128),
        ("members.list", "workspace", { #"{"workspace":"\#($0)"}"# }, 128),
        ("audit.list", "workspace", { #"{"workspace":"\#($0)"}"# }, 128),
    ]

    static let texts = places.flatMap { place in
        text((place.method, place.param), longest: place.longest).map { value in
            Bound(
                testDescription: "\(place.method) \(place.param) \(value.value.prefix(12))", method: place.method,
                params: place.write(value.value), refused: value.isGood ? nil : place.param)
        }
    }

    private static func bounds(
        _ method: String, _ param: String, good: [String], bad: [String], beside: String = ""
    ) -> [Bound] {
        (good.map { ($0, true) } + bad.map { ($0, false) }).map { value, isGood in
            Bound(
                testDescription: "\(method) \(param) \(value.prefix(40))", method: method,
                params: "{\(beside)\"\(param)\":\(value)}", refused: isGood ? nil : param)
        }
    }

    private static func scopes(_ count: Int, _ scope: String = "s") -> String {
        "[" + Array(repeating: "\"\(scope)\"", count: count).joined(separator: ",") + "]"
    }

    private static func addresses(_ count: Int) -> String {
        "[" + Array(repeating: #""10.0.0.0/8""#, count: count).joined(separator: ",") + "]"
    }

    static let others = [
        bounds(
            "keys.revoke", "key", good: ["\"\(x(128))\""], bad: ["\"\"", "\"\(x(129))\"", "1"],
            beside: #""reason":"other","#),
        bounds(
            "keys.create", "scopes",
            good: ["[]", scopes(64), scopes(1, x(128)), #"["a:b.c_d/e-f*"]"#, #"["*"]"#, "null"],
            bad: [
                scopes(65), scopes(1, x(129)), #"["a*b"]"#, #"["**"]"#, #"[""]"#, #"["a b"]"#, #"["\u00e9"]"#, "{}",
                "[1]",
            ],
            beside: #""name":"n","#),
        bounds(
            "keys.update", "scopes", good: [scopes(64), "null"], bad: [scopes(65), #"["a*b"]"#], beside: #""key":"k","#),
        bounds(
            "keys.verify", "anyOf",
            good: ["null", "[\(scopes(64))]", "[\(Array(repeating: scopes(4), count: 16).joined(separator: ","))]"],
            bad: [
                "[]", "[[]]", #"[["a"],[]]"#, "[\(scopes(65))]", #"["a"]"#, #"[["*"]]"#, #"[[""]]"#, "{}",
                "[\(Array(repeating: scopes(1), count: 17).joined(separator: ","))]",
            ], beside: #""key":"k","#),
        bounds(
            "keys.verify", "anyOf", good: ["[\(scopes(63))]"], bad: ["[\(scopes(64))]"],
            beside: #""key":"k","scopes":["a"],"#),
        bounds(
            "keys.create", "addresses", good: ["null", addresses(1), addresses(32), #"["10.0.0.1","::/0"]"#],
            bad: [
                "[]", addresses(33), #"["10.0.0.0/33"]"#, #"["10.0.0.1/8"]"#, #"["::1/127"]"#, #"["fe80::%eth0/64"]"#,
                #"["10.0.0.0:80"]"#, #"["10.0.0.0/8","x"]"#, #"["10.0.0.0/8 11.0.0.0/8"]"#, #"[""]"#, "[1]", "{}",
                #""10.0.0.0/8""#,
            ], beside: #""name":"n","#),
        bounds(
            "keys.update", "addresses", good: ["null", addresses(32)], bad: ["[]", addresses(33), #"["10.0.0.1/8"]"#],
            beside: #""key":"k","#),
        bounds(
            "keys.verify", "address", good: ["null", #""10.0.0.1""#, #""::1""#],
            bad: [#""""#, "1", #""10.0.0.1:80""#, #""::1%eth0""#, #""10.0.0.0/8""#], beside: #""key":"k","#),
        bounds(
            "keys.create", "metadata",
            good: ["{}", #"{"a":"\#(x(4_088))"}"#, #"{ "a" : [1e40, null] }"#],
            bad: [#"{"a":"\#(x(4_089))"}"#, "[]", "1", #""{}""#], beside: #""name":"n","#),
        bounds(
            "keys.update", "metadata",
            good: [#"{"a":"\#(x(4_088))"}"#, "null", #"{"a\u200d":"\u200b"}"#],
            bad: [#"{"a":"\#(x(4_089))"}"#, "[]", #"{"a":[{"b\u200b":1}]}"#, #"{"\u200d":1}"#, #"{"a\nb":1}"#],
            beside: #""key":"k","#),
        bounds(
            "keys.create", "owner",
            good: [
                #"{"name":"a"}"#, #"{"principal":"user:x"}"#, #"{"principal":"group:x:y"}"#, #"{"principal":"uid:0"}"#,
                #"{"principal":"gid:4294967295"}"#, "null",
            ],
            bad: [
                "{}", #"{"name":null}"#, #"{"principal":"x"}"#, #"{"principal":"user:"}"#, #"{"principal":"uid:x"}"#,
                #"{"principal":"uid:-1"}"#, #"{"principal":"uid:+1"}"#, #"{"principal":"uid:01"}"#,
                #"{"principal":"uid:4294967296"}"#, #"{"principal":"root:x"}"#, #"{"other":"x"}"#, #""a""#,
            ],
            beside: #""name":"n","#),
        bounds(
            "members.grant", "principal", good: [#""uid:5""#, #""user:anna""#],
            bad: [#""anna""#, #""uid:""#, #""uid:+5""#, #""uid:005""#, #""gid:4294967296""#, #""""#, #""user:\n""#],
            beside: #""workspace":"w","role":"viewer","#),
        bounds(
            "keys.rotate", "graceSeconds", good: ["0", "2592000", "null"],
            bad: ["-1", "2592001", "1.5", "99999999999999999999", #""1""#], beside: #""key":"k","#),
        bounds(
            "keys.rotate", "graceStarts", good: [#""now""#, #""firstUse""#], bad: [#""later""#], beside: #""key":"k","#),
        bounds(
            "keys.revoke", "reason", good: [#""unused""#], bad: [#""cancelled""#, #""bored""#, "null"],
            beside: #""key":"k","#),
        bounds("keys.list", "limit", good: ["1", "500"], bad: ["0", "501", "-1", "1.0"]),
        bounds(
            "keys.list", "sort", good: [#""name""#, #""-expires""#], bad: [#""colour""#, #""--name""#, #""+name""#]),
        bounds(
            "keys.list", "status", good: ["[]", #"["active"]"#, "null"], bad: [#"["happy"]"#, #""active""#, "[1]"]),
        bounds("keys.list", "facts", good: ["[]", #"["stale"]"#], bad: [#"["happy"]"#]),
        bounds(
            "keys.list", "cursor", good: [#""0.0.""#, #""-9223372036854775808.5.a.b.c""#],
            bad: [#""""#, #""x""#, #""1.2""#, #""1.x.""#, #""99999999999999999999.1.""#, #""..""#, "7"]),
        bounds("audit.list", "limit", good: ["1", "500"], bad: ["0", "501"]),
        bounds("keys.list", "columns", good: ["[]", #"["name"]"#], bad: [#"["secret"]"#, #""name""#]),
        bounds("keys.list", "total", good: ["true", "false"], bad: ["1", #""yes""#]),
        bounds("audit.list", "before", good: ["0", "9223372036854775807"], bad: ["-1", "9223372036854775808"]),
        bounds("audit.list", "newestFirst", good: ["true", "false"], bad: ["1"]),
        bounds("audit.list", "after", good: ["0", "9223372036854775807"], bad: ["-1", "9223372036854775808"]),
        bounds("audit.list", "key", good: [#""k""#], bad: [#""""#]),
        bounds(
            "keys.usage", "to", good: [#""2026-01-01T00:00:00.001Z""#],
            bad: [#""2026-01-01T00:00:00Z""#, #""2025-12-31T00:00:00Z""#, #""today""#, "0"],
            beside: #""key":"k","from":"2026-01-01T00:00:00Z","#),
        bounds("keys.usage", "bucket", good: [#""hour""#], bad: [#""week""#], beside: #""key":"k","#),
        bounds("workspaces.create", "name", good: [#""w""#], bad: [#""*""#]),
        bounds(
            "workspaces.create", "tag", good: [#""ab""#, #""a12345678901""#],
            bad: [#""a""#, #""a123456789012""#, #""1ab""#, #""aB""#, #""a_b""#], beside: #""name":"w","#),
        bounds(
            "system.backup", "name", good: [#""monday.db""#],
            bad: [#""../x""#, #""""#, #""a/b""#, #"".x""#, #""\u0000""#]),
    ].flatMap { $0 }

    @Test(arguments: texts + others)
    func aBound(bound: Bound) throws {
        let daemon = try InMemoryDaemon()
        let error = try daemon.talk().call(bound.method, bound.params)["error"]
        #expect((error["data"]["code"] == "invalidParams") == (bound.refused != nil), "\(error)")
        if let param = bound.refused {
            #expect(error["data"]["param"].text == param)
            #expect(error["message"].text.contains("`\(param)"), "\(error["message"])")
            #expect(daemon.store.writes.commits == 1, "something was written")
        }
    }

    @Test func anUnknownParameterIsNamed() throws {
        let talk = try InMemoryDaemon().talk()
        let error = try talk.call("keys.list", #"{"colour":"secret-value-17"}"#)["error"]
        #expect(error["data"]["param"] == "colour")
        #expect(!"\(error)".contains("secret-value-17"))
        let inner = try talk.call("keys.create", #"{"name":"n","owner":{"name":"a","phone":"secret-value-17"}}"#)[
            "error"]
        #expect(inner["data"]["param"] == "owner" && inner["message"].text.contains("phone"))
        #expect(!"\(inner)".contains("secret-value-17"))
    }

    @Test(arguments: MethodTable.descriptors.map(\.index))
    func noRefusalEchoesAValue(index: Int) throws {
        let method = MethodTable.methods[index].name
        let daemon = try InMemoryDaemon()
        let described = try daemon.call("rpc.discover")["methods"][index]["params"].items.map(\.["name"].text)
        let value = "Zebra 17\u{1}"
        for param in described {
            for written in [
                #""Zebra 17\u0001""#, #"["Zebra 17\u0001"]"#, #"{"name":"Zebra 17\u0001"}"#, #""Zebra@17""#,
            ] {
                let params = described.map { $0 == param ? "\"\($0)\":\(written)" : nil }.compactMap { $0 }
                let reply = try daemon.talk().call(method, "{\(params.joined(separator: ","))}")
                guard method != "keys.verify" || reply["error"] != .null else { continue }
                #expect(!reply["error"]["message"].text.contains("Zebra"), "\(method) \(param)")
                #expect(!reply["error"]["message"].text.contains(value))
            }
        }
    }
}
