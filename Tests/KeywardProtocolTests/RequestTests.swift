import Testing

@testable import KeywardProtocol

@Suite struct RequestTests {
    @Test(arguments: ["1", "-0", #""a\u0041""#, "null", "123456789012345678901234567890", #""""#])
    func keepsTheIdByteForByte(id: String) throws {
        let read = ReadLine(#"{ "id" : \#(id) , "jsonrpc":"2.0","method":"system.ping"}"#)
        let request = try #require(read.request)
        #expect(read.text(request.id) == id)
        #expect(request.id != nil)
        #expect(request.params == nil)
    }

    @Test(arguments: ["1.0", "1e2", "true", "[1]", "{}", String(repeating: "1", count: 129), "0.5"])
    func refusesOtherIds(id: String) {
        let read = ReadLine(#"{"jsonrpc":"2.0","id":\#(id),"method":"x"}"#)
        #expect(read.fault == RequestFault(.id))
        #expect(read.fault?.error.code == .invalidRequest)
    }

    @Test func boundsAStringIdAt128Bytes() {
        func read(_ count: Int) -> RequestFault? {
            ReadLine(#"{"jsonrpc":"2.0","id":"\#(String(repeating: "a", count: count))","method":"x"}"#).fault
        }
        #expect(read(128) == nil)
        #expect(read(129) == RequestFault(.id))
    }

    @Test func isANotificationWithoutAnId() {
        #expect(ReadLine(#"{"jsonrpc":"2.0","method":"x","params":[1]}"#).request.map { $0.id == nil } == true)
        #expect(ReadLine(#"{"jsonrpc":"2.0","id":null,"method":"x"}"#).request.map { $0.id == nil } == false)
    }

    @Test(arguments: [
        (#"{"id":7,"method":"x"}"#, RequestFault.Reason.version),
        (#"{"jsonrpc":"1.0","id":7,"method":"x"}"#, .version),
        (#"{"jsonrpc":2.0,"id":7,"method":"x"}"#, .version),
        (#"{"jsonrpc":"2.0","id":7}"#, .method),
        (#"{"jsonrpc":"2.0","id":7,"method":5}"#, .method),
        (#"{"jsonrpc":"2.0","id":7,"method":"x","params":null}"#, .params),
        (#"{"jsonrpc":"2.0","id":7,"method":"x","params":"a"}"#, .params),
        (#"{"jsonrpc":"2.0","method":"x","params":[],"id":7}"#, .positionalParams),
    ])
    func keepsTheIdOfARefusedRequest(line: String, reason: RequestFault.Reason) {
        let read = ReadLine(line)
        #expect(read.fault?.reason == reason)
        #expect(read.text(read.fault?.id) == "7")
    }

    @Test func keepsTheIdThatStoodBeforeAnExceededBound() {
        let deep = String(repeating: "[", count: 40)
        let read = ReadLine(#"{"jsonrpc":"2.0","id":"x7","method":"m","params":{"a":\#(deep)"#)
        #expect(read.fault?.error.code == .invalidRequest)
        #expect(read.text(read.fault?.id) == #""x7""#)
        let late = ReadLine(#"{"params":{"a":\#(deep)"#)
        #expect(late.fault?.error.code == .invalidRequest)
        #expect(late.fault?.id == nil)
    }

    @Test func answersBrokenJSONWithoutAnId() {
        let read = ReadLine(#"{"jsonrpc":"2.0","id":7,"method":"x",}"#)
        #expect(read.fault?.error.code == .parseError)
        #expect(read.fault?.id == nil)
    }

    @Test(arguments: ["1", "\"x\"", "null", "true"])
    func refusesWhatIsNoObject(line: String) {
        #expect(ReadLine(line).fault == RequestFault(.notAnObject))
    }

    @Test func ignoresMembersThatJSONRPCDoesNotKnow() {
        #expect(ReadLine(#"{"jsonrpc":"2.0","id":1,"method":"x","trace":{"a":[1]}}"#).request != nil)
    }

    @Test func readsNamesThroughTheirEscapes() {
        let read = ReadLine(#"{"json\u0072pc":"2\u002e0","i\u0064":9,"method":"x"}"#)
        #expect(read.text(read.request?.id) == "9")
    }

    @Test func takesNoOtherNameForAKnownOne() {
        for name in [#"id\u0000"#, "i", "idd", "ID", "", #"\u0000id"#, "id      "] {
            let read = ReadLine(#"{"jsonrpc":"2.0","method":"x","\#(name)":9}"#)
            #expect(read.request.map { $0.id == nil } == true, "\(name)")
        }
        for name in ["jsonrpc2", "jsonrpc22", #"jsonrpc\u0000"#] {
            #expect(ReadLine(#"{"\#(name)":"2.0","id":1,"method":"x"}"#).fault?.reason == .version)
        }
    }

    @Test func readsNamesAtTheVeryEndOfALine() {
        for line in [#"{"id":1}"#, #"{"a":0,"id":1}"#, #"{"i\u0064":1}"#] {
            let read = ReadLine(line)
            #expect(read.text(read.fault?.id) == "1")
        }
    }

    @Test func boundsABatch() {
        func batch(_ count: Int) -> ReadLine {
            ReadLine("[" + Array(repeating: "1", count: count).joined(separator: ",") + "]")
        }
        #expect(batch(0).fault?.reason == .emptyBatch)
        #expect(batch(0).fault?.error.code == .invalidRequest)
        #expect(batch(100).fault == nil)
        #expect(batch(101).fault?.reason == .oversizedBatch)
        #expect(batch(101).fault?.error.code == .batchTooLarge)
    }

    @Test func readsTheElementsOfABatch() {
        let read = ReadLine(
            #"[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},5,{"id":2,"method":"c"}]"#)
        guard case .batch(let array) = read.line else { Issue.record("no batch"); return }
        var seen: [String] = []
        read.tape.forEachElement(of: array) { element in
            switch read.element(element) {
            case .success(let request): seen.append(read.text(request.id) ?? "notification")
            case .failure(let fault): seen.append("\(fault.error.code) \(read.text(fault.id) ?? "null")")
            }
        }
        #expect(seen == ["1", "notification", "invalidRequest null", "invalidRequest 2"])
    }
}
