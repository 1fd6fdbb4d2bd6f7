import KeywardProtocol
import Testing

@testable import KeywardServer

/// JSON-RPC 2.0: the examples of its section 7, as far as they apply to named parameters and this daemon's methods, and
/// the requirements of its sections 4 to 6.
@Suite struct ConformanceTests {
    struct Example: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var line: String
        /// The reply without its messages; `nil` is no reply.
        var reply: String?

        init(_ name: String, _ line: String, _ reply: String?) {
            (testDescription, self.line, self.reply) = (name, line, reply)
        }
    }

    static let ready = #"{"jsonrpc":"2.0","result":{"state":"ready","notices":[]},"id":"#

    static func error(_ number: Int, id: String = "null") -> String {
        #"{"jsonrpc":"2.0","error":\#(number),"id":\#(id)}"#
    }

    static let examples = [
        Example(
            "named parameters",
            #"{"jsonrpc":"2.0","method":"keys.verify","params":{"scopes":[],"key":"x"},"id":3}"#,
            #"{"jsonrpc":"2.0","result":"malformed","id":3}"#),
        Example(
            "named parameters in another order",
            #"{"id":4,"params":{"key":"x","scopes":[]},"method":"keys.verify","jsonrpc":"2.0"}"#,
            #"{"jsonrpc":"2.0","result":"malformed","id":4}"#),
        Example("a notification", #"{"jsonrpc":"2.0","method":"system.ping","params":{}}"#, nil),
        Example("a notification of an unknown method", #"{"jsonrpc":"2.0","method":"foobar"}"#, nil),
        Example("a notification by position", #"{"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]}"#, nil),
        Example("a missing method", #"{"jsonrpc":"2.0","method":"foobar","id":"1"}"#, error(-32_601, id: #""1""#)),
        Example("no JSON", #"{"jsonrpc":"2.0","method":"foobar,"params":"bar","baz]"#, error(-32_700)),
        Example("no request", #"{"jsonrpc":"2.0","method":1,"params":"bar"}"#, error(-32_600)),
        Example(
            "a batch that is no JSON",
            #"[{"jsonrpc":"2.0","method":"system.ping","params":{},"id":"1"},{"jsonrpc":"2.0","method"]"#,
            error(-32_700)),
        Example("an empty batch", "[]", error(-32_600)),
        Example("an invalid batch", "[1]", "[\(error(-32_600))]"),
        Example("a batch of three invalid", "[1,2,3]", "[\(error(-32_600)),\(error(-32_600)),\(error(-32_600))]"),
        Example(
            "a mixed batch",
            #"[{"jsonrpc":"2.0","method":"system.ping","params":{},"id":"1"},{"jsonrpc":"2.0","method":"system.ping"},"#
                + #"{"foo":"boo"},{"jsonrpc":"2.0","method":"foo.get","params":{"name":"myself"},"id":"5"},"#
                + #"{"jsonrpc":"2.0","method":"system.ping","id":"9"}]"#,
            #"[\#(ready)"1"},\#(error(-32_600)),\#(error(-32_601, id: #""5""#)),\#(ready)"9"}]"#),
        Example(
            "a batch of notifications",
            #"[{"jsonrpc":"2.0","method":"system.ping"},{"jsonrpc":"2.0","method":"keys.verify","params":[7]}]"#, nil),
        Example(
            "parameters by position", #"{"jsonrpc":"2.0","method":"keys.verify","params":["x"],"id":1}"#,
            error(-32_602, id: "1")),
        Example(
            "parameters that are no structure", #"{"jsonrpc":"2.0","method":"system.ping","params":1,"id":1}"#,
            error(-32_600, id: "1")),
        Example("no version", #"{"method":"system.ping","id":1}"#, error(-32_600, id: "1")),
        Example("version 1.0", #"{"jsonrpc":"1.0","method":"system.ping","id":1}"#, error(-32_600, id: "1")),
        Example(
            "a version that is a number", #"{"jsonrpc":2.0,"method":"system.ping","id":1}"#, error(-32_600, id: "1")),
        Example("an id that is null", #"{"jsonrpc":"2.0","method":"system.ping","id":null}"#, ready + "null}"),
        Example("an id that is an object", #"{"jsonrpc":"2.0","method":"system.ping","id":{}}"#, error(-32_600)),
        Example("a fractional id", #"{"jsonrpc":"2.0","method":"system.ping","id":1.5}"#, error(-32_600)),
        Example("unknown members beside", #"{"jsonrpc":"2.0","method":"system.ping","id":1,"x":[{}]}"#, ready + "1}"),
    ]

    @Test(arguments: examples, [ServedSocket.verify, .admin])
    func anExample(example: Example, socket: ServedSocket) throws {
        let replies = try InMemoryDaemon().talk(on: socket).ask([example.line])
        #expect(replies.map(Self.plain) == (try example.reply.map { [try JSON(parsing: $0)] } ?? []))
    }

    @Test(arguments: [
        "1", "-1", "0", #""""#, #""a""#, #""\u0061\n\ud83d\ude00""#, "null", "123456789012345678901234567890",
    ])
    func anIdComesBackByteForByte(id: String) throws {
        let daemon = try InMemoryDaemon()
        for method in ["system.ping", "keys.verify", "nothing", "rpc.discover", "keys.list"] {
            for socket in [ServedSocket.verify, .admin] {
                let line = #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{}}"#
                let start = #"{"jsonrpc":"2.0","id":\#(id),""#
                #expect(try daemon.talk(on: socket).say(line + "\n")[0].hasPrefix(start))
                #expect(try daemon.talk(on: socket).say("[" + line + "]\n")[0].hasPrefix("[" + start))
            }
        }
    }

    @Test(arguments: [(128, true), (129, false)])
    func anIdHasAtMost128Bytes(length: Int, fits: Bool) throws {
        let id = "\"" + String(repeating: "x", count: length) + "\""
        let reply = try InMemoryDaemon().talk(on: .verify).ask(#"{"jsonrpc":"2.0","id":\#(id),"method":"system.ping"}"#)
        #expect(reply["result"]["state"] == (fits ? "ready" : .null))
        #expect(reply["error"]["code"].int == (fits ? nil : -32_600))
    }

    /// The reply with an error as its number and a verification as its code.
    private static func plain(_ reply: JSON) -> JSON {
        if case .array(let replies) = reply { return .array(replies.map(plain)) }
        var members = reply.members
        if let error = members["error"] {
            #expect(Set(error.members.keys) == ["code", "message", "data"] && error["message"].string != nil)
            members["error"] = error["code"]
        }
        if let code = members["result"]?["code"].string { members["result"] = .string(code) }
        return .object(members)
    }
}
