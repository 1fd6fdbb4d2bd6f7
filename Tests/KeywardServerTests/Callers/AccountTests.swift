import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// Accounts are created and deleted, and their numbers are reused: no entry and no advice may name a former account.
@Suite struct AccountTests {
    /// Number 1002 was `carl`'s until a moment ago, and is `bert`'s now.
    private func daemonWithAReusedNumber() throws -> InMemoryDaemon {
        try InMemoryDaemon(accounts: FixedAccounts(formerUsers: [1_002: "carl"]))
    }

    @Test func aChangeIsRecordedUnderTheLoginThatItsNumberHasNow() throws {
        let daemon = try daemonWithAReusedNumber()
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:bert","role":"admin"}"#)
        let made = try daemon.talk(as: .bert).call("keys.create", #"{"name":"crm"}"#)["result"]["key"]
        #expect(made["createdBy"]["user"] == "bert")
        let entry = try daemon.call("audit.list", #"{"key":"crm"}"#)["entries"].items.last
        #expect(entry?["actor"]["user"] == "bert")
    }

    @Test(arguments: [
        ("keys.create", #"{"name":"crm"}"#), ("keys.list", "{}"), ("members.list", #"{"workspace":"default"}"#),
        ("workspaces.create", #"{"name":"acme"}"#), ("audit.check", "{}"),
        ("events.subscribe", #"{"workspace":"default"}"#),
    ])
    func aRefusalNamesTheAccountThatAsks(method: String, params: String) throws {
        let daemon = try daemonWithAReusedNumber()
        let error = try daemon.talk(as: .bert).call(method, params)["error"]
        #expect(error["data"]["code"] == "permissionDenied")
        #expect(error["message"].text.contains("bert") && !"\(error)".contains("carl"), "\(error)")
    }

    private func warnings(_ daemon: InMemoryDaemon, _ principal: String) throws -> [String] {
        let owner = #""owner":{"principal":"\#(principal)"}"#
        let made = try daemon.call("keys.create", #"{"name":"crm",\#(owner)}"#)
        let updated = try daemon.call("keys.update", #"{"key":"crm",\#(owner)}"#)
        try daemon.call("keys.revoke", #"{"key":"crm","reason":"other","confirm":true}"#)
        #expect(made["warnings"].items == updated["warnings"].items)
        return made["warnings"].items.map { $0["code"].text }
    }

    @Test func anOwnerThatIsNoAccountDrawsAWarning() throws {
        let daemon = try InMemoryDaemon()
        for principal in ["user:anna", "group:platform", "uid:1001", "gid:401"] {
            #expect(try warnings(daemon, principal) == [], "\(principal)")
        }
        for principal in ["user:nobody-here", "group:none", "uid:4711", "gid:4711"] {
            #expect(try warnings(daemon, principal) == ["ownerUnknown"], "\(principal)")
        }
    }

    @Test(arguments: ["uid:61184", "gid:65519", "uid:65534", "gid:4294967295", "user:dynamic"])
    func anOwnerThatNoRoleCouldBeGivenToIsRefused(principal: String) throws {
        var accounts = FixedAccounts()
        accounts.users[61_200] = "dynamic"
        let daemon = try InMemoryDaemon(accounts: accounts)
        _ = try daemon.secret("crm")
        for (method, key) in [("keys.create", #""name":"a""#), ("keys.update", #""key":"crm""#)] {
            let reply = try daemon.talk().call(method, #"{\#(key),"owner":{"principal":"\#(principal)"}}"#)
            #expect(reply["error"]["data"]["code"] == "policyViolation")
            #expect(reply["error"]["data"]["param"] == "owner")
        }
    }

    @Test func aListOfMembersTellsWhichGrantsAreVoid() throws {
        let store = InMemoryStore()
        let daemon = try InMemoryDaemon(store: store)
        let principals = ["user:anna", "user:bert", "group:platform", "uid:1002"]
        for principal in principals {
            try daemon.call("members.grant", #"{"workspace":"default","principal":"\#(principal)","role":"viewer"}"#)
        }
        func voids(_ daemon: InMemoryDaemon) throws -> [String] {
            try daemon.call("members.list", #"{"workspace":"default"}"#)["members"].items
                .filter { $0["void"] == .bool(true) }.map { $0["principal"].text }.sorted()
        }
        #expect(try voids(daemon) == [])
        let later = FixedAccounts(users: [0: "root", 1_001: "anna", 1_003: "bert"], groups: ["keyward-admin": 400])
        #expect(try voids(InMemoryDaemon(store: store, accounts: later)) == ["group:platform", "user:bert"])
    }

    @Test func aMissingGroupOfOperatorsIsToldUntilItIsThere() throws {
        let daemon = try InMemoryDaemon(accounts: FixedAccounts(groups: [:]))
        func codes() throws -> [String] {
            let reply = try daemon.talk(as: .gate, on: .verify).call("system.ping")
            daemon.settle()
            return reply["result"]["notices"].items.map { $0["code"].text }
        }
        // No check was requested: for example by a daemon that serves only its own user.
        #expect(try codes() == [])
        daemon.server.callers.checkOperatorGroup()
        daemon.settle()
        #expect(try codes() == ["operatorGroupMissing"])
        #expect(daemon.events.others == [#"operatorGroupMissing("keyward-admin")"#])

        let whole = try InMemoryDaemon()
        whole.server.callers.checkOperatorGroup()
        whole.settle()
        #expect(whole.server.monitor.facts.notices.isEmpty && whole.events.others.isEmpty)
    }
}
