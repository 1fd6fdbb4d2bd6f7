import KeywardCore
import KeywardProtocol
import Testing

@testable import KeywardServer

/// The options of a list besides order and filter.
@Suite struct ListQueryTests {
    private func names(_ daemon: InMemoryDaemon, _ params: String = "{}") throws -> [String] {
        try daemon.call("keys.list", params)["keys"].items.map(\.["name"].text)
    }

    @Test func aListHasTheColumnsThatWereAskedForAndNoOthers() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("a", #","owner":{"name":"Zoë"}"#)
        let whole = try daemon.call("keys.list")["keys"][0]
        let all = ListedKeys.Column.allCases.map(\.rawValue)
        #expect(ListKeys.KeyColumn.known.map(\.rawValue) == all)
        #expect(Set(whole.members.keys) == Set(all))
        for column in all {
            let key = try daemon.call("keys.list", #"{"columns":["\#(column)"]}"#)["keys"][0]
            #expect(key.members == [column: whole[column]])
        }
        let some = try daemon.call("keys.list", #"{"columns":["status","name","name"]}"#)["keys"][0]
        #expect(Set(some.members.keys) == ["name", "status"])
        #expect(try daemon.call("keys.list", #"{"columns":[]}"#)["keys"][0] == .object([:]))
    }

    @Test func aKeyInAListIsTheKeyThatGetDescribes() throws {
        let daemon = try InMemoryDaemon()
        let used = try daemon.secret(
            "a",
            #","owner":{"name":"Zoë \"Q\""},"purpose":"x\\y","scopes":["a:*"],"metadata":{"b": [1]},"expiresAt":"2027-01-01T00:00:00Z""#
        )
        _ = try daemon.talk(as: .gate, on: .verify).call("keys.verify", #"{"key":"\#(used)"}"#)
        _ = try daemon.secret("b")
        try daemon.call("keys.rotate", #"{"key":"a"}"#)
        try daemon.call("keys.revoke", #"{"key":"b","reason":"other","note":"gone"}"#)
        let listed = try daemon.call("keys.list")["keys"].items
        #expect(listed.count == 3)
        for key in listed { #expect(try daemon.call("keys.get", #"{"key":"\#(key["id"].text)"}"#)["key"] == key) }
    }

    @Test func aListCountsItsKeysIfThatIsAskedFor() throws {
        let daemon = try InMemoryDaemon()
        for name in ["a", "b", "c"] { _ = try daemon.secret(name) }
        try daemon.call("keys.revoke", #"{"key":"c","reason":"other"}"#)
        let list = try daemon.call("keys.list", #"{"status":["unused"],"limit":1,"total":true}"#)
        #expect(list["keys"].items.count == 1 && list["matching"].int == 2 && list["total"].int == 3)
        #expect(try !daemon.call("keys.list").members.keys.contains("total"))
    }

    @Test func anOperatorListsTheKeysOfAllWorkspaces() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("workspaces.create", #"{"name":"acme"}"#)
        _ = try daemon.secret("a")
        _ = try daemon.secret("a", #","workspace":"acme""#)
        try daemon.call("workspaces.setPlan", #"{"workspace":"acme","plan":"free","confirm":true}"#)
        let list = try daemon.call("keys.list", #"{"workspace":"*","total":true}"#)
        #expect(list["keys"].items.map(\.["workspace"].text) == ["default", "acme"])
        // Each key has the status that its own plan gives it.
        #expect(list["keys"].items.map(\.["status"].text) == ["unused", "suspended"])
        #expect(list["access"]["plan"].text == "*" && list["total"].int == 2)
    }

    @Test func anAdminOfOneWorkspaceDoesNotListThemAll() throws {
        let daemon = try InMemoryDaemon()
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"admin"}"#)
        let anna = try daemon.talk(as: .anna)
        #expect(try anna.call("keys.list", "{}")["error"] == .null)
        #expect(
            try anna.call("keys.list", #"{"workspace":"*"}"#)["error"]["data"]["code"].text == "permissionDenied")
        #expect(
            try anna.call("audit.list", #"{"workspace":"*"}"#)["error"]["data"]["code"].text == "permissionDenied")
    }

    @Test func keysAreFoundByHowTheirNamesOrPrefixesBegin() throws {
        let daemon = try InMemoryDaemon()
        for name in ["pay", "pay-prod", "repay"] { _ = try daemon.secret(name) }
        #expect(try names(daemon, #"{"start":"pay"}"#) == ["pay", "pay-prod"])
        let prefix = try daemon.call("keys.get", #"{"key":"repay"}"#)["key"]["prefix"].text
        #expect(try names(daemon, #"{"start":"\#(prefix.dropLast(2))"}"#) == ["repay"])
        #expect(try names(daemon, #"{"start":"PAY"}"#).isEmpty)
    }

    @Test func keysThatExpireBeforeAnInstantAreThoseWithAnEarlierDate() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("soon", #","expiresAt":"2027-01-01T00:00:00Z""#)
        _ = try daemon.secret("later", #","expiresAt":"2027-01-02T00:00:00Z""#)
        _ = try daemon.secret("never")
        #expect(try names(daemon, #"{"expiresBefore":"2027-01-02T00:00:00Z"}"#) == ["soon"])
        #expect(try names(daemon, #"{"expiresBefore":"2027-01-02T00:00:00.001Z"}"#) == ["soon", "later"])
    }

    @Test func theNewestEntriesComeFirstIfThatIsAskedFor() throws {
        let daemon = try InMemoryDaemon()
        for name in ["a", "b", "c"] { _ = try daemon.secret(name) }
        let all = try daemon.call("audit.list")["entries"].items.compactMap(\.["seq"].int)
        let newest = try daemon.call("audit.list", #"{"newestFirst":true,"limit":2}"#)["entries"].items
        #expect(newest.map(\.["seq"].int) == Array(all.reversed().prefix(2)))
        let params = #"{"newestFirst":true,"before":\#(all[all.count - 2])}"#
        let next = try daemon.call("audit.list", params)["entries"].items
        #expect(next.map(\.["seq"].int) == Array(all.reversed().dropFirst(2)))
    }
}
