import KeywardBase
import Testing

@testable import KeywardProtocol

/// What `body` appends, as text.
func written(_ body: (inout ByteBuffer) throws -> Void) rethrows -> String {
    var buffer = ByteBuffer()
    try body(&buffer)
    return buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}

@Suite struct ReplyTests {
    private let id = Array(#""a\u0041""#.utf8)

    @Test func writesAResultOnOneLine() {
        let line = written { Reply.appendResult(Ping.Result(state: .ready), id: id.span, into: &$0) }
        #expect(line == #"{"jsonrpc":"2.0","id":"a\u0041","result":{"state":"ready","notices":[]}}"# + "\n")
    }

    @Test func writesAResultPieceByPiece() {
        let line = written {
            Reply.beginResult(id: nil, into: &$0)
            $0.append("{}")
            Reply.end(into: &$0)
        }
        #expect(line == #"{"jsonrpc":"2.0","id":null,"result":{}}"# + "\n")
    }

    @Test func writesAnErrorWithItsFacts() {
        let checks = [Check(check: "recentlyUsed", message: "Used \"now\".", usesLastDay: 5)]
        let error = RPCError(.confirmationRequired, "Sure?", data: RPCError.Facts(status: .active, checks: checks))
        let line = written { Reply.appendError(error, id: id.span, into: &$0) }
        let data =
            #"{"code":"confirmationRequired","status":"active","checks":[{"check":"recentlyUsed","#
            + #""message":"Used \"now\".","usesLastDay":5}]}"#
        #expect(
            line == #"{"jsonrpc":"2.0","id":"a\u0041","error":{"code":-32005,"message":"Sure?","data":\#(data)}}"#
                + "\n")
    }

    @Test func answersAResultThatCannotBeWrittenWithAnInternalError() throws {
        struct Odd: Encodable { var ratio = Double.nan }
        let line = written { Reply.appendResult(Odd(), id: id.span, into: &$0) }
        #expect(line.hasPrefix(#"{"jsonrpc":"2.0","id":"a\u0041","error":{"code":-32603"#))
        #expect(line.filter { $0 == "\n" }.count == 1)
    }
}

@Suite struct CallTests {
    /// Parses a daemon's line.
    private func read(_ line: String) throws -> ReplyLine {
        var tape = JSONTape(limits: .reply)
        return try tape.read(reply: Array(line.utf8).span)
    }

    private func failure(_ error: String) throws -> RPCError? {
        guard case .failure(id: 3, let error) = try read(#"{"jsonrpc":"2.0","id":3,"error":\#(error)}"#) else {
            return nil
        }
        return error
    }

    @Test func writesARequestWithoutAbsentParams() throws {
        let line = try written { try Call.append(GetKey.self, id: 7, params: GetKey.Params(key: "a"), into: &$0) }
        #expect(line == #"{"jsonrpc":"2.0","id":7,"method":"keys.get","params":{"key":"a"}}"# + "\n")
        let ping = try written { try Call.append(Ping.self, id: 8, params: NoParams(), into: &$0) }
        #expect(ping == #"{"jsonrpc":"2.0","id":8,"method":"system.ping","params":{}}"# + "\n")
    }

    @Test func leavesTheBufferAloneWhenParamsCannotBeWritten() {
        struct Odd: Encodable { var ratio = Double.infinity }
        var buffer = ByteBuffer()
        buffer.append("before")
        #expect(throws: EncodingError.self) { try Call.append(method: "x", id: 1, params: Odd(), into: &buffer) }
        let text = buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        #expect(text == "before")
    }

    @Test func readsAResult() throws {
        guard case .result(id: 5, let node) = try read(#"{"jsonrpc":"2.0","id":5,"result":{"state":"ready"},"new":1}"#)
        else { Issue.record("no result"); return }
        #expect(node == 6)
    }

    @Test func readsEveryError() throws {
        for code in RPCError.Code.allCases {
            let sent = RPCError(code, "Because.", data: RPCError.Facts(param: "p", limit: 4))
            let line = written { Reply.appendError(sent, id: Array("3".utf8).span, into: &$0) }
            guard case .failure(id: 3, let received) = try read(line) else { Issue.record("\(code)"); continue }
            #expect(received == sent)
        }
    }

    @Test func toleratesErrorsOfANewerDaemon() throws {
        let message = #""message":"m""#
        #expect(try failure(#"{"code":-32600,\#(message),"data":{"code":"tooLoud"}}"#)?.code == .invalidRequest)
        #expect(try failure(#"{"code":-32099,\#(message),"data":{"code":"tooLoud"}}"#)?.code == .internalError)
        #expect(try failure(#"{"code":-32099,\#(message)}"#)?.code == .internalError)
        #expect(try failure(#"{"code":-32004,\#(message),"data":"text"}"#)?.code == .conflict)
        let odd = try failure(#"{"code":-32004,\#(message),"data":{"code":"conflict","keyId":7}}"#)
        #expect(odd == RPCError(.conflict, "m"))
        let status = try failure(#"{"code":-32007,\#(message),"data":{"code":"invalidState","status":"frozen"}}"#)
        #expect(status?.data.status?.rawValue == "frozen")
    }

    @Test func readsAFailureThatIsNoCallsOwn() throws {
        let line = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"m","data":{"code":"lineTooLong"}}}"#
        guard case .failure(id: nil, let error) = try read(line) else { Issue.record("no failure"); return }
        #expect(error.code == .lineTooLong)
    }

    @Test func readsANotification() throws {
        guard case .notification(let method, let params) = try read(#"{"jsonrpc":"2.0","method":"event","params":{}}"#)
        else { Issue.record("no notification"); return }
        #expect(method == 4 && params == 6)
    }

    @Test(arguments: [
        "[]", "1", "{}", #"{"id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":"x","result":{}}"#,
        #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"m"}}"#,
        #"{"jsonrpc":"2.0","id":1,"error":{}}"#, #"{"jsonrpc":"2.0","id":1.5,"result":{}}"#, #"{"jsonrpc":"2.0"}"#,
    ])
    func refusesWhatIsNoReply(line: String) {
        #expect(throws: ReplyFault.envelope) { try read(line) }
    }

    @Test func tellsBrokenJSON() {
        #expect(throws: ReplyFault.json(JSONFault(.unexpectedEnd, at: 1))) { try read("{") }
    }
}
