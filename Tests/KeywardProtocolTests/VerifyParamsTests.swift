import Testing

@testable import KeywardProtocol

@Suite struct VerifyParamsTests {
    private func read(_ params: String?) -> (params: Result<VerifyParams, ParamsFault>, line: ReadLine) {
        let line = ReadLine(
            #"{"jsonrpc":"2.0","id":1,"method":"keys.verify"\#(params.map { ",\"params\":" + $0 } ?? "")}"#)
        let bytes = line.bytes
        do {
            return (.success(try VerifyParams(line.request?.params, of: line.tape, in: bytes.span)), line)
        } catch {
            return (.failure(error), line)
        }
    }

    private func fault(_ params: String?) -> ParamsFault? {
        if case .failure(let fault) = read(params).params { fault } else { nil }
    }

    @Test func findsItsMembersInAnyOrder() throws {
        let (params, line) = read(#"{"address":"::1","scopes":["a","b"],"w\u006frkspace":"*","key":"kw_1"}"#)
        let found = try params.get()
        #expect(line.text(line.tape[found.key].contents) == "kw_1")
        #expect(found.workspace.flatMap { line.text(line.tape[$0].contents) } == "*")
        #expect(found.address.flatMap { line.text(line.tape[$0].contents) } == "::1")
        #expect(found.scopes.flatMap { line.text(line.tape[$0].range) } == #"["a","b"]"#)
    }

    @Test func takesNullForAbsent() throws {
        let found = try read(#"{"key":"k","workspace":null,"scopes":null,"address":null}"#).params.get()
        #expect(found.workspace == nil && found.scopes == nil && found.address == nil)
    }

    @Test(
        arguments: [
            (nil, "key"), ("{}", "key"), (#"{"key":5}"#, "key"), (#"{"key":null}"#, "key"),
            (#"{"key":"k","workspace":5}"#, "workspace"), (#"{"key":"k","scopes":"a"}"#, "scopes"),
            (#"{"key":"k","scopes":["a",1]}"#, "scopes"), (#"{"key":"k","scopes":[["a"]]}"#, "scopes"),
            (#"{"key":"k","scope":["a"]}"#, "scope"),
            (#"{"key":"k","address":["::1"]}"#, "address"), (#"{"key":"k","addresses":"::1"}"#, "addresses"),
        ] as [(String?, String)])
    func namesTheParamAtFault(params: String?, param: String) {
        #expect(fault(params)?.param == param)
    }

    /// Both parsers of the same call must agree on what they accept.
    @Test(
        arguments: [
            nil, "{}", #"{"key":"k"}"#, #"{"key":""}"#, #"{"key":null}"#, #"{"key":"k","workspace":null}"#,
            #"{"key":"k","scopes":[]}"#, #"{"key":"k","scopes":[null]}"#, #"{"key":"k","scopes":{}}"#,
            #"{"key":["k"]}"#, #"{"key":"k","x":1}"#, #"{"key":"k","workspace":["w"]}"#,
            #"{"key":"k","address":"x"}"#, #"{"key":"k","address":null}"#, #"{"key":"k","address":1}"#,
        ] as [String?])
    func agreesWithTheTypedParams(params: String?) {
        let typed = try? read(params).line.params(VerifyKey.Params.self)
        #expect((fault(params) == nil) == (typed != nil))
    }

    @Test func doesNotRepeatASecretInTheWrongPlace() {
        let secret = "kw_8FqL2mXw_abcdefghijklmnopqrstuvwxyzABCD123456"
        let found = fault(#"{"\#(secret)":"key"}"#)
        #expect(found?.param == nil && found?.message.contains("8FqL2mXw") == false)
    }
}
