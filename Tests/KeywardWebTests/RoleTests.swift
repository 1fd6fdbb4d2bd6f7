import KeywardClient
import KeywardProtocol
import KeywardTesting
import ScriptedDaemon
import Testing

@testable import KeywardWeb

/// What a role sees and is offered, by the role that the daemon reports.
struct RoleTests {
    /// A caller of the workspace `acme`.
    enum Role: String, CaseIterable {
        case admin, viewer
        /// A viewer who is the owner of the key.
        case owner
        /// Not a member.
        case none

        /// What the daemon reports that the caller can do with a key in rotation, some of it in other states.
        var actions: [String] {
            switch self {
            case .admin: ["rotate", "confirm", "cancel", "revoke", "disable", "enable", "update"]
            case .owner: ["confirm"]
            case .viewer, .none: []
            }
        }
    }

    private static let actions = ["rotate", "confirm", "cancel", "revoke", "disable", "enable"]
    private static let base = ScreenFixture.base

    private static func key(_ role: Role) -> Key {
        Key(
            id: "key_01j0", workspace: "acme", name: "staging-api", prefix: "kw_8FqL2mXw", status: .retiring,
            createdAt: Timestamp(milliseconds: 0), createdBy: Account(uid: 0),
            actions: role.actions.map { Key.Action(rawValue: $0) })
    }

    private static func member(_ principal: String, _ role: Member.Role, void: Bool? = nil) -> Member {
        Member(
            principal: principal, id: 1, role: role, grantedAt: Timestamp(milliseconds: 0), grantedBy: Account(uid: 0),
            void: void)
    }

    private static let members = [
        member("user:max", .admin), member("user:anna", .viewer), member("group:ops", .admin, void: true),
    ]

    /// A daemon that answers a caller of a role as the real one does.
    private static func daemon(_ role: Role, members: [Member] = members) throws -> ScriptedDaemon {
        let key = try JSONCoding.string(of: GetKey.Result(key: key(role)))
        let access = Access(plan: "standard", apiAccess: true, role: role == .admin ? .admin : .viewer)
        let list = try JSONCoding.string(of: ListKeys.Result(keys: [], nextCursor: nil, access: access))
        let members = try JSONCoding.string(of: ListMembers.Result(members: members))
        let usage = try JSONCoding.string(of: GetUsage.Result(buckets: [], byPeer: []))
        let readsOnly = #"""
            {"code":-32001,"message":"anna can read this workspace but not change it.","data":{"code":"permissionDenied",\#
            "remedy":["member","grant","user:anna","admin","--workspace=acme"]}}
            """#
        return ScriptedDaemon { line in
            switch (Request.method(line), role) {
            case ("keys.get", .none):
                .error(#"{"code":-32002,"message":"There is no such key.","data":{"code":"notFound"}}"#)
            case (_, .none):
                .error(#"{"code":-32001,"message":"anna is not a member.","data":{"code":"permissionDenied"}}"#)
            case ("keys.get", _): .result(key)
            case ("keys.list", _): .result(list)
            case ("members.list", _): .result(members)
            case ("keys.usage", _): .result(usage)
            default: .error(readsOnly)
            }
        }
    }

    private static func browser(_ daemon: ScriptedDaemon) async throws -> Browser {
        var browser = Browser(try ScreenFixture.screen(of: daemon.path))
        try await browser.signIn()
        return browser
    }

    @Test(arguments: Role.allCases, ["/new?workspace=acme"] + actions.map { "/keys/key_01j0/\($0)" })
    func aPageThatChangesSomethingIsAFormOrSaysWhatIsMissing(role: Role, path: String) async throws {
        let daemon = try Self.daemon(role)
        defer { daemon.stop() }
        let page = try await Self.browser(daemon).get(Self.base + path)
        let mayChange = role == .admin || role == .owner && path.hasSuffix("/confirm")
        #expect((Markup.form(in: page.text) != nil) == mayChange)
        switch role {
        case _ where mayChange: #expect(page.status == 200)
        case .none: #expect(page.status == (path.hasPrefix("/new") ? 403 : 404))
        default:
            #expect(page.status == 403 && page.words.contains("anna can view the keys of the workspace acme, but not"))
            #expect(page.words.contains("That takes the role admin."))
            // Not a group whose name means nobody any more.
            #expect(page.words.contains("Operators can grant it, and the admins of the workspace: user:max. The"))
            #expect(page.words.contains("keyward member grant user:anna admin --workspace=acme"))
        }
    }

    @Test(arguments: [Role.viewer, .none], ["/new?workspace=acme"] + actions.map { "/keys/key_01j0/\($0)" })
    func aFormOfARoleThatWasTakenAwaySaysWhatIsMissing(role: Role, path: String) async throws {
        let daemon = try Self.daemon(role)
        defer { daemon.stop() }
        let browser = try await Self.browser(daemon)
        let fields = [("token", browser.formToken), ("request", "1"), ("name", "staging-api")]
        let page = try await browser.post(Self.base + path, fields)
        #expect(page.status == 403 && page.words.contains("Permission denied"))
        #expect(page.words.contains("keyward member grant user:anna admin --workspace=acme") == (role == .viewer))
    }

    @Test func aWorkspaceWithoutAdminsNamesTheOperators() async throws {
        let daemon = try Self.daemon(.viewer, members: [])
        defer { daemon.stop() }
        let page = try await Self.browser(daemon).get(Self.base + "/new?workspace=acme")
        #expect(page.words.contains("The workspace has no admins. An operator can grant it. The command is:"))
    }

    @Test(arguments: Role.allCases)
    func thePageOfAKeyOffersWhatTheRoleAllows(role: Role) {
        let details = KeyDetails(
            key: Self.key(role), rotation: nil, usage: GetUsage.Result(buckets: [], byPeer: []), trail: [])
        let layout = Layout(
            settings: ScreenSettings(origin: ScreenFixture.origin, account: ScreenFixture.anna), assets: Assets())
        let text = KeyPage(layout: layout, details: details, done: nil, now: Timestamp(milliseconds: 0)).html.text
        for action in ["rotate", "revoke", "disable", "enable"] {
            #expect(text.contains("/keys/key_01j0/\(action)\"") == role.actions.contains(action))
        }
        #expect(text.contains("You can view this key, not change it.") == role.actions.isEmpty)
    }

    private func page(_ role: Member.Role?, isReadOnly: Bool = false) -> String {
        var settings = ScreenSettings(origin: ScreenFixture.origin, account: ScreenFixture.anna)
        settings.isReadOnly = isReadOnly
        let access = Access(plan: "standard", apiAccess: true, role: role)
        let list = ListKeys.Result(keys: [], nextCursor: nil, access: access, matching: 0, total: 0)
        return KeyTablePage(
            layout: Layout(settings: settings, assets: Assets()), query: TableQuery(workspace: nil),
            workspace: "default", workspaces: [], list: list, notices: .empty, now: Timestamp(milliseconds: 0)
        ).html.text
    }

    @Test func inAnEmptyWorkspaceAViewerIsOfferedNoForm() {
        let text = page(.viewer)
        #expect(!text.contains("/new?") && text.contains("Somebody with the role admin can create the first key."))
    }

    @Test func inAnEmptyWorkspaceAnAdminIsOfferedTheForm() {
        #expect(page(.admin).contains("Create your first API key"))
        #expect(!page(.admin, isReadOnly: true).contains("/new?"))
    }

    @Test func anOlderDaemonLeavesTheQuestionToTheForm() {
        #expect(page(nil).contains("Create your first API key"))
    }

    @Test func anAccountWithoutALoginIsGrantedByItsNumber() {
        #expect(Account(uid: 4_201).principal == "uid:4201" && Account(uid: 0, user: "root").principal == "user:root")
    }
}
