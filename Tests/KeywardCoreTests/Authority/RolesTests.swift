import KeywardCore
import KeywardTesting
import Testing

struct RolesTests {
    private func granted(_ principal: String, _ role: Role = .admin) throws -> AuthorityFixture {
        let fixture = try AuthorityFixture()
        _ = try fixture.authority.grant(role, to: principal, inWorkspace: "default", by: .root, at: fixture.now)
        return fixture
    }

    private func role(_ caller: Caller, _ fixture: AuthorityFixture) -> Role? {
        Roles(directory: fixture.authority.directory, accounts: fixture.accounts).role(of: caller, in: 1)
    }

    @Test func usersAndGroupsHoldWhatTheyWereGranted() throws {
        for (principal, holder) in [
            ("user:ada", Caller.ada), ("uid:1001", .ada), ("uid:1001", .user(nil, 1_001)),
            ("group:ops", .user("ben", 1_002, gid: 2_000)), ("group:ops", .user("ben", 1_002, groups: [7, 2_000])),
            ("gid:2000", .user("ben", 1_002, groups: [2_000])),
        ] {
            let fixture = try granted(principal)
            #expect(role(holder, fixture) == .admin, "\(principal)")
            #expect(role(.user("eve", 1_003, gid: 101, groups: [102]), fixture) == nil, "\(principal)")
        }
    }

    @Test func aNameThatMeansAnotherNumberIsVoid() throws {
        let fixture = try granted("user:ada")
        fixture.accounts.setUser("ada", to: 1_777)
        #expect(role(.ada, fixture) == nil)
        #expect(role(.user("ada", 1_777), fixture) == nil)
        fixture.accounts.setUser("ada", to: nil)
        #expect(role(.ada, fixture) == nil)
        fixture.accounts.setUser("ada", to: 1_001)
        #expect(role(.ada, fixture) == .admin)

        let group = try granted("group:ops")
        group.accounts.setGroup("ops", to: 3_000)
        #expect(role(.user("ben", 1_002, groups: [2_000, 3_000]), group) == nil)
    }

    @Test func theGreatestRoleCounts() throws {
        let fixture = try granted("group:ops", .admin)
        _ = try fixture.authority.grant(.viewer, to: "user:ada", inWorkspace: "default", by: .root, at: fixture.now)
        #expect(role(.user("ada", 1_001, groups: [2_000]), fixture) == .admin)
        #expect(role(.ada, fixture) == .viewer)
        #expect(role(.root, fixture) == .admin)
    }

    @Test(arguments: [
        "uid:61184", "uid:65519", "gid:61184", "gid:65000", "uid:65534", "gid:65534", "uid:4294967295",
        "gid:4294967295", "user:dynamic", "group:nogroup",
    ])
    func numbersThatMeanNobodyForLongCannotBeGranted(principal: String) throws {
        let fixture = try AuthorityFixture()
        fixture.accounts.setUser("dynamic", to: 61_200)
        fixture.accounts.setGroup("nogroup", to: 65_534)
        let refusal = #expect(throws: Refusal.self) {
            try fixture.authority.grant(.viewer, to: principal, inWorkspace: "default", by: .root, at: fixture.now)
        }
        guard case .policyViolation(_, "principal") = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
    }

    @Test(arguments: ["uid:61183", "uid:65520", "uid:65533", "uid:65535", "uid:0"])
    func theirNeighboursCan(principal: String) throws { _ = try granted(principal) }

    @Test(arguments: [
        "", "ada", "user:", "uid:", "uid:-1", "uid:+1", "uid:01", "uid:4294967296", "uid:1x", "User:ada", ":", "gid: 5",
    ])
    func otherTextIsNoPrincipal(text: String) throws {
        let fixture = try AuthorityFixture()
        let refusal = #expect(throws: Refusal.self) {
            try fixture.authority.grant(.viewer, to: text, inWorkspace: "default", by: .root, at: fixture.now)
        }
        guard case .invalidParam(.principal) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
    }

    @Test func aGrantIsIdempotentAndReplacesTheOneBefore() throws {
        let fixture = try granted("user:ada", .viewer)
        let entries = fixture.entries.count
        func grant(_ role: Role) throws -> [Grant] {
            try fixture.authority.grant(role, to: "user:ada", inWorkspace: "default", by: .root, at: fixture.now)
        }
        #expect(try grant(.viewer).map(\.role) == [.viewer])
        #expect(fixture.entries.count == entries)
        #expect(try grant(.admin).map(\.role) == [.admin])
        fixture.accounts.setUser("ada", to: 1_777)
        #expect(try grant(.admin).map(\.principal.id) == [1_777])
        #expect(fixture.entries.count == entries + 2)
        try fixture.restart()
        #expect(role(.user("ada", 1_777), fixture) == .admin)
    }

    @Test func aMemberIsRemovedByTheTextThatItWasGrantedBy() throws {
        let fixture = try granted("user:ada")
        fixture.accounts.setUser("ada", to: nil)
        func remove(_ principal: String) throws -> [Grant] {
            try fixture.authority.removeMember(principal, fromWorkspace: "default", by: .root, at: fixture.now)
        }
        #expect(throws: Refusal.self) { try remove("uid:1001") }
        #expect(try remove("user:ada").isEmpty)
        #expect(throws: Refusal.self) { try remove("user:ada") }
        #expect(fixture.actions.suffix(2) == ["member.granted", "member.removed"])
    }
}
