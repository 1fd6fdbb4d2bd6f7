import KeywardProtocol
import KeywardTesting
import Testing

/// Every method of the table, once with success and with the refusals in its documentation.
struct MethodTests {
    private let daemon: TestDaemon

    init() throws {
        daemon = try TestDaemon(
            configuration: """
                plans:
                  standard: {apiAccess: true}
                  small: {apiAccess: true, maxKeys: 1, maxLifetimeDays: 30, requireExpiry: true, requirePurpose: true}
                  free: {apiAccess: false, upgradeURL: "https://example.com/plans"}
                """)
    }

    /// A successful call of each method, in an order in which each finds what it needs.
    private static let calls: [(method: String, params: String)] = [
        ("rpc.discover", "{}"), ("system.ping", "{}"), ("system.status", "{}"), ("system.metrics", "{}"),
        ("workspaces.create", #"{"name":"acme","plan":"standard","tag":"acme"}"#), ("workspaces.list", "{}"),
        ("workspaces.get", #"{"workspace":"acme"}"#), ("workspaces.setPlan", #"{"workspace":"acme","plan":"free"}"#),
        ("members.grant", #"{"workspace":"acme","principal":"uid:4711","role":"admin"}"#),
        ("members.list", #"{"workspace":"acme"}"#),
        ("members.remove", #"{"workspace":"acme","principal":"uid:4711"}"#),
        ("keys.create", #"{"name":"staging-api"}"#),
        ("keys.import", #"{"format":"secret","keys":[{"name":"legacy","secret":"sk_live_4eC39HqLyjWDarjtT1zdp7dc"}]}"#),
        ("keys.list", #"{"status":["unused"],"search":"STAGING","sort":"-name","limit":1}"#),
        ("keys.get", #"{"key":"staging-api"}"#), ("keys.update", #"{"key":"staging-api","purpose":"billing"}"#),
        ("keys.usage", #"{"key":"staging-api","bucket":"hour"}"#), ("keys.disable", #"{"key":"staging-api"}"#),
        ("keys.enable", #"{"key":"staging-api"}"#), ("keys.rotate", #"{"key":"staging-api"}"#),
        ("keys.cancelRotation", #"{"key":"staging-api"}"#), ("keys.rotate", #"{"key":"staging-api"}"#),
        ("keys.confirmRotation", #"{"key":"staging-api","confirm":true}"#), ("keys.verify", #"{"key":"nonsense"}"#),
        ("budgets.set", #"{"name":"team","credits":{"remaining":5}}"#), ("budgets.get", #"{"name":"team"}"#),
        ("budgets.list", "{}"), ("budgets.remove", #"{"name":"team"}"#),
        ("keys.revoke", #"{"key":"staging-api","reason":"other"}"#), ("audit.list", #"{"limit":5}"#),
        ("audit.check", "{}"), ("system.backup", #"{"name":"first.db"}"#), ("sweeps.run", #"{"sweep":"stale"}"#),
    ]

    @Test func everyMethodOfTheTableCanBeCalled() throws {
        for (method, params) in Self.calls { try daemon.done(method, params) }
        let named = Set(Self.calls.map(\.method))
        for method in MethodTable.methods where !named.contains(method.name) {
            // A newer method needs a call here; one without parameters is called without an entry.
            try daemon.done(method.name)
        }
    }

    @Test func aNameIsTakenAsLongAsItsKeyLives() throws {
        let first = try daemon.create("staging-api").key
        let error = try daemon.refused("keys.create", #"{"name":"staging-api"}"#)
        #expect(error["data"]["code"].string == "conflict" && error["data"]["keyId"].string == first["id"].string)
        #expect(error["data"]["param"].string == "name")
        _ = try daemon.create("other")
        #expect(try daemon.refusal("keys.update", #"{"key":"other","name":"staging-api"}"#) == "conflict")
        try daemon.done("keys.revoke", #"{"key":"staging-api","reason":"other"}"#)
        #expect(try daemon.create("staging-api").key["id"].string != first["id"].string)
    }

    @Test func aNameThatBreaksTheRulesIsRefusedWithoutBeingRepeated() throws {
        for name in ["Jane.Doe@example.com", "UPPER", "-dash", "", "a b", "kw_8fql2mxw"] {
            let error = try daemon.refused("keys.create", #"{"name":"\#(name)"}"#)
            #expect(["policyViolation", "invalidParams"].contains(error["data"]["code"].string), "\(name)")
            #expect(name.isEmpty || !error.description.contains(name))
        }
    }

    @Test func aPlanHoldsItsKeysToItsCaps() throws {
        try daemon.done("workspaces.create", #"{"name":"acme","plan":"small"}"#)
        let fine = #""workspace":"acme","purpose":"billing""#
        func refused(_ more: String) throws -> JSON {
            try daemon.refused("keys.create", "{\"name\":\"a\",\(more)}")["data"]
        }
        #expect(try refused(fine)["param"].string == "expiresAt")
        #expect(try refused(fine + #","expiresAt":"2999-01-01T00:00:00Z""#)["param"].string == "expiresAt")
        let soon = #","expiresAt":"\#(Instant.inDays(7))""#
        #expect(try refused(#""workspace":"acme""# + soon)["param"].string == "purpose")
        _ = try daemon.create("a", fine + soon)
        let full = try daemon.refused("keys.create", #"{"name":"b",\#(fine)\#(soon)}"#)["data"]
        #expect(full["code"].string == "limitExceeded" && full["limit"].int == 1)
        let long = #"{"key":"a","workspace":"acme","expiresAt":"\#(Instant.inDays(60))"}"#
        #expect(try daemon.refusal("keys.update", long) == "policyViolation")
        // A retiring key does not count.
        try daemon.done("keys.rotate", #"{"key":"a","workspace":"acme"}"#)
    }

    @Test func aPlanWithoutAccessSuspendsItsKeysAndAPaidOneRestoresThem() throws {
        let made = try daemon.create("staging-api")
        #expect(try daemon.verdict(made.secret) == "valid")
        let free = #"{"workspace":"default","plan":"free""#
        let check = try daemon.refused("workspaces.setPlan", free + "}")["data"]
        #expect(check["code"].string == "confirmationRequired" && check["checks"][0]["keys"].int == 1)
        try daemon.done("workspaces.setPlan", free + #","confirm":true}"#)
        #expect(try daemon.verdict(made.secret) == "upgradeRequired")
        #expect(try daemon.status("staging-api") == "suspended")
        let access = try daemon.done("keys.list")["access"]
        #expect(access["apiAccess"].bool == false && access["notice"].string?.contains("Upgrade required") == true)
        let later = Instant.inDays(7)
        for (method, params) in [
            ("keys.create", #"{"name":"b"}"#), ("keys.rotate", #"{"key":"staging-api"}"#),
            ("keys.enable", #"{"key":"staging-api"}"#),
        ] {
            let data = try daemon.refused(method, params)["data"]
            #expect(data["code"].string == "upgradeRequired" && data["plan"].string == "free", "\(method)")
            #expect(data["upgradeURL"].string == "https://example.com/plans")
        }
        try daemon.done("keys.update", #"{"key":"staging-api","expiresAt":"\#(later)","name":"renamed"}"#)
        #expect(try daemon.refusal("keys.update", #"{"key":"renamed","expiresAt":null}"#) == "upgradeRequired")
        try daemon.done("keys.disable", #"{"key":"renamed"}"#)
        try daemon.done("workspaces.setPlan", #"{"workspace":"default","plan":"standard"}"#)
        try daemon.done("keys.enable", #"{"key":"renamed"}"#)
        #expect(try daemon.verdict(made.secret) == "valid")
    }

    @Test func aKeyOfAnotherWorkspaceIsNotFoundUnlessAnyIsAskedFor() throws {
        try daemon.done("workspaces.create", #"{"name":"acme","tag":"acme"}"#)
        let made = try daemon.create("staging-api", #""workspace":"acme""#)
        #expect(made.secret.hasPrefix("acme_"))
        #expect(try daemon.verdict(made.secret) == "notFound")
        #expect(try daemon.verdict(made.secret, #""workspace":"acme""#) == "valid")
        #expect(try daemon.verdict(made.secret, #""workspace":"*""#) == "valid")
        #expect(try daemon.verdict(made.secret, #""workspace":"\u0061cme""#) == "valid")
        #expect(try daemon.verdict(made.secret, #""workspace":"nowhere""#) == "notFound")
    }

    @Test func whatIsFinalStaysFinal() throws {
        let made = try daemon.create("staging-api")
        let id = try #require(made.key["id"].string)
        let first = try daemon.done("keys.revoke", #"{"key":"\#(id)","reason":"unused"}"#)["key"]
        let again = try daemon.done("keys.revoke", #"{"key":"\#(id)","reason":"other","note":"again"}"#)["key"]
        #expect(again["revoked"]["reason"].string == "unused" && again["revoked"]["note"].isNull)
        #expect(again["revoked"]["at"].string == first["revoked"]["at"].string)
        for method in ["keys.enable", "keys.disable", "keys.rotate", "keys.update"] {
            let data = try daemon.refused(method, #"{"key":"\#(id)"}"#)["data"]
            #expect(data["code"].string == "invalidState" && data["status"].string == "revoked", "\(method)")
        }
        for method in ["keys.confirmRotation", "keys.cancelRotation"] {
            #expect(try daemon.refusal(method, #"{"key":"\#(id)"}"#) == "invalidState")
        }
    }

    @Test func oneRotationAtATime() throws {
        let old = try daemon.create("staging-api")
        let new = try daemon.done("keys.rotate", #"{"key":"staging-api"}"#)["key"]
        for key in [old.key["id"].string, new["id"].string, "staging-api"] {
            #expect(try daemon.refusal("keys.rotate", #"{"key":"\#(key ?? "")"}"#) == "invalidState")
        }
        let check = try daemon.refused("keys.confirmRotation", #"{"key":"staging-api"}"#)["data"]
        #expect(check["checks"][0]["check"].string == "replacementUnused")
        let later = try daemon.refused("keys.revoke", #"{"key":"\#(old.key["id"].string ?? "")","reason":"other"}"#)
        #expect(later["data"]["checks"][0]["check"].string == "replacementUnused")
    }

    @Test func endingARecentlyUsedKeyNeedsAConfirmationWithTheFacts() throws {
        let made = try daemon.create("staging-api", #""owner":{"name":"Platform team"}"#)
        for _ in 0..<3 { try daemon.verify(made.secret) }
        for (method, params) in [
            ("keys.revoke", #"{"key":"staging-api","reason":"other""#),
            ("keys.rotate", #"{"key":"staging-api","graceSeconds":0,"graceStarts":"now""#),
        ] {
            let check = try daemon.refused(method, params + "}")["data"]["checks"][0]
            #expect(check["check"].string == "recentlyUsed" && check["usesLastDay"].int == 3, "\(method)")
            #expect(check["owner"]["name"].string == "Platform team" && check["lastUsedAt"].string != nil)
            #expect(check["lastUsedBy"]["uid"].int != nil)
        }
        #expect(try daemon.verdict(made.secret) == "valid")
    }

    @Test func aMissingThingIsNotFound() throws {
        for (method, params) in [
            ("keys.get", #"{"key":"none"}"#), ("keys.get", #"{"key":"kw_00000000"}"#),
            ("keys.get", #"{"key":"key_01jd0000000000000000000000"}"#), ("keys.usage", #"{"key":"none"}"#),
            ("keys.update", #"{"key":"none"}"#), ("keys.disable", #"{"key":"none"}"#),
            ("keys.list", #"{"workspace":"none"}"#), ("workspaces.get", #"{"workspace":"none"}"#),
            ("workspaces.create", #"{"name":"a","plan":"none"}"#), ("audit.list", #"{"key":"none"}"#),
            ("workspaces.setPlan", #"{"workspace":"default","plan":"none"}"#),
            ("members.remove", #"{"workspace":"default","principal":"uid:4711"}"#),
            ("members.grant", #"{"workspace":"default","principal":"user:no-such-user","role":"viewer"}"#),
        ] {
            #expect(try daemon.refusal(method, params) == "notFound", "\(method) \(params)")
        }
        #expect(try daemon.refusal("workspaces.create", #"{"name":"default"}"#) == "conflict")
        #expect(
            try daemon.refusal(
                "members.grant", #"{"workspace":"default","principal":"uid:61184","role":"viewer"}"#)
                == "policyViolation")
        try daemon.done("system.backup", #"{"name":"one.db"}"#)
        #expect(try daemon.refusal("system.backup", #"{"name":"one.db"}"#) == "conflict")
    }

    @Test func aListGoesOnWhereItsPageEnded() throws {
        for index in 0..<7 { _ = try daemon.create("key-\(index)") }
        var names: [String] = []
        var cursor = ""
        repeat {
            let page = try daemon.done("keys.list", #"{"limit":3,"sort":"-name"\#(cursor)}"#)
            names += page["keys"].elements.compactMap { $0["name"].string }
            cursor = page["nextCursor"].string.map { #","cursor":\#(quoted($0))"# } ?? ""
        } while !cursor.isEmpty
        #expect(names == (0..<7).reversed().map { "key-\($0)" })
    }
}
