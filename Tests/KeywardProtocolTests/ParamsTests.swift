import Testing

@testable import KeywardProtocol

@Suite struct ParamsTests {
    @Test func readsWhatAMethodAsksFor() throws {
        let params = try decodeParams(
            CreateKey.Params.self,
            #"{"name":"prod-main-app","owner":{"name":"Platform"},"scopes":["a","b"],"metadata":{"x" :1.50},"expiresAt":"2026-12-31T23:59:59+01:00"}"#
        )
        #expect(params.name == "prod-main-app")
        #expect(params.owner == Owner(name: "Platform"))
        #expect(params.scopes == ["a", "b"])
        #expect(params.metadata?.text == #"{"x" :1.50}"#)
        #expect(params.expiresAt?.description == "2026-12-31T22:59:59.000Z")
        #expect(params.workspace == nil)
    }

    @Test func refusesAMemberThatNothingAsksFor() throws {
        let fault = try paramsFault(GetKey.Params.self, #"{"key":"k","colour":"secret"}"#)
        #expect(fault?.param == "colour")
        #expect(fault?.message.contains("secret") == false)
    }

    @Test func refusesAnUnknownMemberOfANestedObject() throws {
        let fault = try paramsFault(CreateKey.Params.self, #"{"name":"n","owner":{"name":"a","nick":"b"}}"#)
        #expect(fault == ParamsFault(param: "owner", "`owner` has no member `nick`."))
    }

    @Test func doesNotRepeatANameThatMayBeASecret() throws {
        let secret = "kw_8FqL2mXw_abcdefghijklmnopqrstuvwxyzABCD123456"
        let fault = try #require(try paramsFault(GetKey.Params.self, #"{"key":"k","\#(secret)":1}"#))
        #expect(fault.param == nil)
        #expect(!fault.message.contains("8FqL2mXw_"))
    }

    @Test func refusesAnyMemberWhereThereAreNoParams() throws {
        #expect(try paramsFault(Ping.Params.self, "{}") == nil)
        #expect(try paramsFault(Ping.Params.self, #"{"a":1}"#)?.param == "a")
        #expect(throws: Never.self) { try ReadLine(#"{"jsonrpc":"2.0","id":1,"method":"x"}"#).params(NoParams.self) }
    }

    @Test func readsMissingParamsAsAnEmptyObject() throws {
        let line = ReadLine(#"{"jsonrpc":"2.0","id":1,"method":"keys.list"}"#)
        #expect(try line.params(ListKeys.Params.self).limit == nil)
        #expect(throws: ParamsFault(param: "key", "`key` is missing.")) { try line.params(GetKey.Params.self) }
    }

    @Test(arguments: [
        (#"{"limit":1.0}"#, "limit"), (#"{"limit":1e2}"#, "limit"), (#"{"limit":"1"}"#, "limit"),
        (#"{"limit":9223372036854775808}"#, "limit"), (#"{"limit":true}"#, "limit"), (#"{"search":5}"#, "search"),
        (#"{"status":"active"}"#, "status"), (#"{"status":["nope"]}"#, "status"), (#"{"status":[null]}"#, "status"),
        (#"{"sort":"-nope"}"#, "sort"),
    ])
    func refusesAWrongType(params: String, param: String) throws {
        #expect(try paramsFault(ListKeys.Params.self, params)?.param == param)
    }

    @Test func namesTheWordsThatItKnows() throws {
        let fault = try paramsFault(RevokeKey.Params.self, #"{"key":"k","reason":"cancelled"}"#)
        #expect(
            fault
                == ParamsFault(
                    param: "reason",
                    "`reason` must be one of `compromised`, `superseded`, `unused`, `ownerLeft`, `other`."))
    }

    @Test func passesOnWhatATimestampSaysOfItself() throws {
        let fault = try paramsFault(CreateKey.Params.self, #"{"name":"n","expiresAt":"tomorrow"}"#)
        #expect(fault?.param == "expiresAt")
        #expect(fault?.message == "`expiresAt` must be an RFC 3339 date and time, such as 2026-12-31T23:59:59Z.")
    }

    @Test func readsNullAsAbsent() throws {
        let params = try decodeParams(ListKeys.Params.self, #"{"limit":null,"status":null}"#)
        #expect(params.limit == nil && params.status == nil)
    }

    @Test func tellsKeepFromClear() throws {
        let params = try decodeParams(
            UpdateKey.Params.self, #"{"key":"k","purpose":null,"owner":{"contact":"x"},"metadata":{},"expiresAt":null}"#
        )
        guard case .clear = params.purpose, case .clear = params.expiresAt else { Issue.record("not cleared"); return }
        guard case .keep = params.scopes else { Issue.record("not kept"); return }
        #expect(params.owner.applied(to: nil) == Owner(contact: "x"))
        #expect(params.metadata.applied(to: nil) == .emptyObject)
        #expect(
            try JSONCoding.string(of: params, nulls: false)
                == #"{"key":"k","owner":{"contact":"x"},"purpose":null,"metadata":{},"expiresAt":null}"#)
    }

    @Test func refusesAnUnknownMemberWithinAChange() throws {
        let fault = try paramsFault(UpdateKey.Params.self, #"{"key":"k","owner":{"nick":"b"}}"#)
        #expect(fault?.param == "owner")
    }

    @Test(arguments: ["[]", "1", "\"x\"", "null", "true"])
    func refusesMetadataThatIsNoObject(value: String) throws {
        let fault = try paramsFault(UpdateKey.Params.self, #"{"key":"k","metadata":\#(value)}"#)
        #expect(fault?.param == (value == "null" ? nil : "metadata"))
    }
}
