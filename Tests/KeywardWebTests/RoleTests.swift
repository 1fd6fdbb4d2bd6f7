import KeywardClient
import KeywardProtocol
import KeywardTesting
import Testing

@testable import KeywardWeb

/// What the table offers, by the role that the daemon reports.
struct RoleTests {
    private func page(_ role: Member.Role?, isReadOnly: Bool = false) -> String {
        var settings = ScreenSettings(origin: ScreenFixture.origin, account: "anna")
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
}
