import KeywardCore
import KeywardTesting
import Testing

/// Closed workspaces: only their verifiers may verify their keys.
struct VerifierTests {
    private let fixture: AuthorityFixture
    private let key: HeldKey
    private static let gateway = PeerCredentials.of(uid: 998)
    private static let ada = PeerCredentials.of(uid: 1_001)

    init() throws {
        fixture = try AuthorityFixture()
        _ = try fixture.authority.createWorkspace(
            named: "acme", plan: nil, tag: "acme", by: .root, at: fixture.now)
        key = try fixture.create("crm", workspace: "acme")
    }

    private func close(_ principal: String = "user:gateway", workspace: String = "acme") throws {
        _ = try fixture.authority.setVerifier(principal, inWorkspace: workspace, by: .root, at: fixture.now)
    }

    @Test func onlyItsVerifiersVerifyTheKeysOfAClosedWorkspace() throws {
        #expect(fixture.verify(key.secret, from: Self.ada, in: "acme").verdict.code == .valid)
        try close()
        #expect(fixture.verify(key.secret, from: Self.gateway, in: "acme").verdict.code == .valid)
        for workspace in ["acme", "*", "default", "nowhere", nil] {
            let seen = fixture.verify(key.secret, from: Self.ada, in: workspace)
            #expect(seen.verdict.code == .notFound && !seen.showsKey, "\(workspace ?? "none")")
        }
        #expect(fixture.verify(key.secret, from: .of(uid: 0), in: "*").showsKey == false)
        #expect(fixture.verify(key.secret, from: .of(uid: 0), in: "*", seesClosed: true).verdict.code == .valid)
    }

    @Test func aRefusedPeerLeavesNoTraceOfTheKey() throws {
        try close()
        let before = try fixture.view(key.id)
        fixture.verify(key.secret, from: Self.ada, in: "acme", address: "192.0.2.1")
        let after = try fixture.view(key.id)
        #expect(after.usage == before.usage && after.lastRefusal == nil)
    }

    @Test func aGroupAndANumberCanVerify() throws {
        try close("group:ops")
        try close("uid:1007")
        for (peer, isAdmitted) in [
            (PeerCredentials.of(uid: 1_002, groups: [2_000]), true), (.of(uid: 1_002, gid: 2_000), true),
            (.of(uid: 1_007), true), (.of(uid: 2_000), false), (.of(uid: 1_002, groups: [2_001]), false),
        ] {
            let seen = fixture.verify(key.secret, from: peer, in: "acme")
            #expect((seen.verdict.code == .valid) == isAdmitted, "\(peer)")
        }
    }

    @Test func aVerifierOfOneWorkspaceNeedNotNameIt() throws {
        let other = try fixture.create("web")
        #expect(fixture.verify(other.secret, from: Self.gateway).verdict.code == .valid)
        try close()
        #expect(fixture.verify(key.secret, from: Self.gateway).verdict.code == .valid)
        #expect(fixture.verify(other.secret, from: Self.gateway).verdict.code == .notFound)
        #expect(fixture.verify(other.secret, from: Self.gateway, in: "default").verdict.code == .valid)
        #expect(fixture.verify(other.secret, from: Self.ada).verdict.code == .valid)
        try close(workspace: "default")
        for secret in [key.secret, other.secret] {
            #expect(fixture.verify(secret, from: Self.gateway).verdict.code == .notFound)
            #expect(fixture.verify(secret, from: Self.gateway, in: "*").verdict.code == .valid)
        }
    }

    @Test func aNameThatMeansAnotherNumberClosesStill() throws {
        try close()
        let gateway = Principal(kind: .user, name: "gateway", id: 998)
        fixture.authority.registry.setVoidVerifiers([gateway])
        #expect(fixture.verify(key.secret, from: Self.gateway, in: "acme").verdict.code == .notFound)
        #expect(fixture.verify(key.secret, from: .of(uid: 997), in: "acme").verdict.code == .notFound)
        // Granted again, it means the new number at once.
        fixture.accounts.setUser("gateway", to: 997)
        try close()
        #expect(fixture.verify(key.secret, from: .of(uid: 997), in: "acme").verdict.code == .valid)
    }

    @Test func onlyAnotherMeaningMakesAVerifierVoid() {
        let roles = Roles(directory: fixture.authority.directory, accounts: fixture.accounts)
        let user = Principal(kind: .user, name: "gateway", id: 998)
        let group = Principal(kind: .group, name: "ops", id: 2_000)
        #expect(![user, group].contains(where: roles.hasOtherMeaning))
        // The name service does not answer, or the account is gone.
        fixture.accounts.setUser("gateway", to: nil)
        fixture.accounts.setGroup("ops", to: nil)
        #expect(![user, group].contains(where: roles.hasOtherMeaning))
        // The number belongs to another account now.
        fixture.accounts.setUser("proxy", to: 998)
        fixture.accounts.setGroup("staff", to: 2_000)
        #expect([user, group].allSatisfy(roles.hasOtherMeaning))
        fixture.accounts.setUser("gateway", to: 997)
        #expect(roles.hasOtherMeaning(user))
        #expect(!roles.hasOtherMeaning(Principal(kind: .user, name: nil, id: 998)))
    }

    @Test func closingNamesWhoIsShutOut() throws {
        fixture.verify(key.secret, from: Self.ada, in: "acme")
        fixture.verify(key.secret, from: Self.gateway, in: "acme")
        fixture.verify(key.secret, from: .of(uid: 1_002), in: "acme")
        let found = checks {
            _ = try fixture.authority.setVerifier(
                "user:gateway", inWorkspace: "acme", isConfirmed: false, by: .root, at: fixture.now)
        }
        #expect(found.map(\.kind) == [.closesWorkspace, .changesDefault])
        #expect(found.first?.verifiers?.shutOut == [1_001, 1_002])
        #expect(found.last?.verifiers?.formerDefault == "default" && found.last?.verifiers?.newDefault == "acme")
        #expect(fixture.verify(key.secret, from: Self.ada, in: "acme").verdict.code == .valid)
        fixture.clock.advance(by: .days(2))
        let later = checks {
            _ = try fixture.authority.setVerifier(
                "user:gateway", inWorkspace: "acme", isConfirmed: false, by: .root, at: fixture.now)
        }
        #expect(later.map(\.kind) == [.changesDefault])
    }

    @Test func closingTheDefaultWorkspaceForItsOnlyVerifierNeedsNoConfirmation() throws {
        let web = try fixture.create("web")
        fixture.verify(web.secret, from: Self.gateway)
        _ = try fixture.authority.setVerifier(
            "user:gateway", inWorkspace: "default", isConfirmed: false, by: .root, at: fixture.now)
        #expect(fixture.verify(web.secret, from: Self.ada).showsKey == false)
        #expect(fixture.verify(web.secret, from: Self.gateway).verdict.code == .valid)
    }

    @Test(arguments: [false, true])
    func theLastVerifierIsRemovedOnlyWhenConfirmed(keepsRole: Bool) throws {
        try close()
        try close("uid:7")
        func remove(_ principal: String, isConfirmed: Bool) throws {
            if keepsRole {
                _ = try fixture.authority.setVerifier(
                    principal, to: false, inWorkspace: "acme", isConfirmed: isConfirmed, by: .root, at: fixture.now)
            } else {
                _ = try fixture.authority.removeMember(
                    principal, fromWorkspace: "acme", isConfirmed: isConfirmed, by: .root, at: fixture.now)
            }
        }
        if keepsRole {
            _ = try fixture.authority.grant(
                .viewer, to: "user:gateway", inWorkspace: "acme", by: .root, at: fixture.now)
        }
        #expect(checks { try remove("uid:7", isConfirmed: false) }.map(\.kind) == [.changesDefault])
        try remove("uid:7", isConfirmed: true)
        #expect(
            checks { try remove("user:gateway", isConfirmed: false) }.map(\.kind) == [.opensWorkspace, .changesDefault])
        #expect(fixture.verify(key.secret, from: Self.ada, in: "acme").showsKey == false)
        try remove("user:gateway", isConfirmed: true)
        #expect(fixture.verify(key.secret, from: Self.ada, in: "acme").verdict.code == .valid)
        let members = try fixture.authority.members(ofWorkspace: "acme", for: .root)
        #expect(members.map(\.role) == (keepsRole ? [Role.viewer] : []))
    }

    @Test func aVerifierIsNoMemberOfTheWorkspace() throws {
        try close("user:ada")
        let found = refusal { _ = try fixture.authority.workspace(named: "acme", for: .ada, at: fixture.now) }
        #expect(found == .permissionDenied)
        _ = try fixture.authority.grant(.viewer, to: "user:ada", inWorkspace: "acme", by: .root, at: fixture.now)
        let members = try fixture.authority.members(ofWorkspace: "acme", for: .ada)
        #expect(members.map(\.role) == [.viewer] && members.allSatisfy(\.isVerifier))
    }

    @Test func aWorkspaceIsClosedAfterARestart() throws {
        try close()
        try fixture.restart()
        #expect(fixture.verify(key.secret, from: Self.ada, in: "*").showsKey == false)
        #expect(fixture.verify(key.secret, from: Self.gateway).verdict.code == .valid)
    }

    @Test func theTrailSaysWhoMayVerify() throws {
        try close()
        _ = try fixture.authority.removeMember("user:gateway", fromWorkspace: "acme", by: .root, at: fixture.now)
        let details = fixture.entries.suffix(2).map(\.details)
        #expect(details[0].contains(#""role":"none","verifier":true,"confirmed":true"#), "\(details[0])")
        #expect(fixture.actions.suffix(2) == ["member.granted", "member.removed"])
    }
}

/// Random grants, beside a model that says for each peer what it may verify.
struct VerifierModelTests {
    private static let workspaces = ["default", "w1", "w2", "w3"]
    private static let principals = ["uid:1", "uid:2", "gid:11", "gid:12", "user:ada", "group:ops"]

    private static func peer(_ random: inout SeededGenerator) -> PeerCredentials {
        let groups = [UInt32(11), 12, 2_000].filter { _ in random.chance(1, outOf: 3) }
        return .of(uid: [1, 2, 3, 1_001].randomElement(using: &random)!, gid: groups.first ?? 100, groups: groups)
    }

    /// Whether the principal, as written, is the peer.
    private static func means(_ principal: String, _ peer: PeerCredentials) -> Bool {
        switch principal {
        case "uid:1": peer.uid == 1
        case "uid:2": peer.uid == 2
        case "user:ada": peer.uid == 1_001
        case "gid:11": peer.gid == 11 || peer.groups.contains(11)
        case "gid:12": peer.gid == 12 || peer.groups.contains(12)
        default: peer.gid == 2_000 || peer.groups.contains(2_000)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyPeerVerifiesWhatTheGrantsSay(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try AuthorityFixture(seed: seed)
        for name in Self.workspaces.dropFirst() {
            _ = try fixture.authority.createWorkspace(named: name, plan: nil, tag: "kw", by: .root, at: fixture.now)
        }
        let keys = try Self.workspaces.map { try fixture.create("crm", workspace: $0) }
        var verifiers: [String: Set<String>] = [:]
        for _ in 0..<60 {
            let (workspace, principal) = (
                Self.workspaces.randomElement(using: &random)!, Self.principals.randomElement(using: &random)!
            )
            if verifiers[workspace]?.contains(principal) == true {
                _ = try fixture.authority.setVerifier(
                    principal, to: false, inWorkspace: workspace, by: .root, at: fixture.now)
                verifiers[workspace]?.remove(principal)
            } else {
                _ = try fixture.authority.setVerifier(principal, inWorkspace: workspace, by: .root, at: fixture.now)
                verifiers[workspace, default: []].insert(principal)
            }
            if random.chance(1, outOf: 20) { try fixture.restart() }
            for _ in 0..<8 {
                let peer = Self.peer(&random)
                let own = Self.workspaces.filter { verifiers[$0]?.contains { Self.means($0, peer) } == true }
                let standard = own.count > 1 ? nil : own.first ?? "default"
                let named = (Self.workspaces + ["*", "nowhere"]).randomElement(using: &random)
                let isUnnamed = random.chance(1, outOf: 3)
                let target = isUnnamed ? standard : named
                for (name, key) in zip(Self.workspaces, keys) {
                    let isClosed = verifiers[name]?.isEmpty == false
                    let exists = !isClosed || own.contains(name)
                    let seen = fixture.verify(key.secret, from: peer, in: isUnnamed ? nil : named)
                    #expect(seen.showsKey == exists)
                    #expect(seen.verdict.code == (exists && (target == name || target == "*") ? .valid : .notFound))
                }
            }
        }
    }
}
