import KeywardClient
import KeywardProtocol
import Testing

@testable import KeywardWeb

/// The table of keys.
struct TablePageTests {
    @Test func anEmptyTableTeachesTheFirstStep() async throws {
        let page = try await ScreenFixture().table()
        #expect(page.status == 200 && page.words.contains("There are no API keys yet"))
        #expect(page.words.contains("Create your first API key") && page.words.contains("staging-api"))
        #expect(page.words.contains("Create new API key"))
    }

    @Test func theTableHasTheSevenColumnsAndTheFactsOfEachKey() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(
            named: "prod-main-app", expiresAt: Timestamp(milliseconds: WallClock.now.milliseconds + 7_776_000_000))
        try await fixture.verify(created.secret)
        let page = try await fixture.table()
        let table = page.text.split(separator: "<table")[1].split(separator: "</table>")[0]
        let words = Markup.plain(String(table))
        #expect(words.contains("Name Prefix Usage count Last used Expiry Status Actions"))
        #expect(words.contains("prod-main-app \(created.key.prefix) 1"))
        #expect(words.contains("in 90 days active Rotate Revoke"))
        #expect(!page.text.contains(created.secret.reveal()))
        #expect(page.words.contains("1 key") && page.words.contains("Revoke unused or stale keys promptly."))
    }

    @Test func withAndWithoutASlashAtTheEndItIsTheSamePage() async throws {
        let fixture = try await ScreenFixture()
        #expect(try await fixture.table("/").status == 200)
        let head = try await fixture.browser.get(ScreenFixture.base) { $0.method = .head }
        #expect(head.status == 200 && head.text.isEmpty)
    }

    @Test func aPlanWithoutAPIAccessShowsTheWarningAndStillTheTable() async throws {
        let fixture = try await ScreenFixture(
            configuration: "plans:\n  standard:\n    apiAccess: true\n  free:\n    apiAccess: false\n"
                + "    upgradeURL: https://example.com/plans\n")
        let key = try await fixture.admin.createKey(named: "prod-main-app").key
        _ = try await fixture.admin.setPlan(of: "default", to: "free", confirm: true)
        let page = try await fixture.table()
        #expect(page.words.contains("Upgrade required API access is not part of this plan."))
        #expect(page.words.contains("The plan of this workspace is free"))
        #expect(page.text.contains("href=\"https://example.com/plans\"") && page.words.contains(key.prefix))
        #expect(page.words.contains("suspended") && !page.words.contains("Create new API key"))
        let form = try await fixture.browser.get(ScreenFixture.base + "/new?workspace=default")
        #expect(form.status == 403 && form.words.contains("Upgrade required API access is not part of this plan."))
        #expect(Markup.form(in: form.text) == nil)
        // A form that was opened before the plan changed.
        let token = fixture.browser.formToken
        let fields = [("token", token), ("request", "1"), ("name", "staging-api")]
        let refused = try await fixture.browser.post(ScreenFixture.base + "/new?workspace=default", fields)
        #expect(refused.status == 422 && refused.words.contains("Upgrade required"))
    }

    @Test func aSearchAndAStatusFilterTheTable() async throws {
        let fixture = try await ScreenFixture()
        _ = try await fixture.admin.createKey(named: "prod-main-app", owner: Owner(name: "Platform team"))
        _ = try await fixture.admin.createKey(named: "staging-api")
        _ = try await fixture.admin.revokeKey("staging-api", reason: .unused)
        let live = try await fixture.table()
        #expect(live.words.contains("prod-main-app") && !live.words.contains("staging-api kw_"))
        #expect(live.words.contains("1 of 2 keys. The others have ended."))
        #expect(try await fixture.table("?show=all").words.contains("staging-api"))
        let revoked = try await fixture.table("?show=revoked")
        #expect(revoked.words.contains("staging-api") && !revoked.words.contains("prod-main-app kw_"))
        let found = try await fixture.table("?search=PLATFORM")
        #expect(found.words.contains("prod-main-app kw_"))
        let none = try await fixture.table("?search=nothing")
        #expect(none.words.contains("No key matches this filter.") && none.text.contains("value=\"nothing\""))
        #expect(try await fixture.table("?show=stale").words.contains("No key matches this filter."))
        #expect(try await fixture.table("?show=nonsense&sort=nonsense").words.contains("prod-main-app kw_"))
    }

    @Test func aPageHas25KeysAndALinkToTheNext() async throws {
        let fixture = try await ScreenFixture()
        let end = Timestamp(milliseconds: WallClock.now.milliseconds + 7_776_000_000)
        for number in 10..<42 {
            let name = "staging-api-with-a-name-of-full-length-0123456789-abcdefgh-\(number)"
            let created = try await fixture.admin.createKey(named: name, expiresAt: end)
            try await fixture.verify(created.secret)
        }
        let first = try await fixture.table("?sort=name")
        #expect(first.text.split(separator: "<tr role=\"row\" id=").count - 1 == 25)
        #expect(first.words.contains("32 keys") && first.text.utf8.count < 50_000, "\(first.text.utf8.count)")
        let link = try #require(first.text.split(separator: "<a rel=\"next\"").last)
        let second = try await fixture.browser.get(#require(Markup.attribute("href", of: link)))
        #expect(second.text.split(separator: "<tr role=\"row\" id=").count - 1 == 7)
        #expect(second.words.contains("abcdefgh-41") && second.words.contains("First page"))
    }

    @Test func aHeadingSortsAndReverses() async throws {
        let fixture = try await ScreenFixture()
        for name in ["b-api", "a-api"] { _ = try await fixture.admin.createKey(named: name) }
        let up = try await fixture.table("?sort=name")
        #expect(up.text.contains("aria-sort=\"ascending\"><a href=\"/settings/api-access?sort=-name\""))
        #expect(up.words.firstRange(of: "a-api")!.lowerBound < up.words.firstRange(of: "b-api")!.lowerBound)
        let down = try await fixture.table("?sort=-name")
        #expect(down.text.contains("aria-sort=\"descending\""))
        #expect(down.words.firstRange(of: "b-api")!.lowerBound < down.words.firstRange(of: "a-api")!.lowerBound)
    }

    @Test func severalWorkspacesHaveASwitcher() async throws {
        let fixture = try await ScreenFixture()
        let alone = try await fixture.table()
        #expect(!alone.text.contains("class=\"switch\""))
        _ = try await fixture.admin.createWorkspace(named: "Größe & Co")
        _ = try await fixture.admin.createKey(named: "crm-integration", workspace: "Größe & Co")
        let both = try await fixture.table()
        #expect(both.text.contains("<option value=\"Größe &amp; Co\">"))
        #expect(!both.words.contains("crm-integration kw_"))
        let other = try await fixture.table("?workspace=Gr%C3%B6%C3%9Fe+%26+Co")
        #expect(other.words.contains("crm-integration kw_") && other.text.contains("Co\" selected>"))
    }

    @Test func withoutADefaultWorkspaceTheFirstOneIsShown() throws {
        let workspaces = ["acme", "zeta"].map { name in
            Workspace(
                name: name, plan: "standard", apiAccess: true, tag: "kw", keys: Tally(),
                createdAt: Timestamp(milliseconds: 0))
        }
        #expect(try Screen.choice(nil, of: workspaces) == "acme")
        #expect(try Screen.choice("zeta", of: workspaces) == "zeta")
        #expect(throws: ScreenFailure.self) { try Screen.choice(nil, of: []) }
    }

    @Test func theWorkspaceOfTheCommandIsShownFirst() async throws {
        let fixture = try await ScreenFixture()
        _ = try await fixture.admin.createWorkspace(named: "acme")
        _ = try await fixture.admin.createKey(named: "crm-integration", workspace: "acme")
        var browser = Browser(try ScreenFixture.screen(of: fixture.daemon.adminSocket, workspace: "acme"))
        try await browser.signIn()
        let page = try await browser.get(ScreenFixture.base)
        #expect(page.words.contains("crm-integration kw_"))
        #expect(Markup.attribute("data-rows", of: page.text) == ScreenFixture.base + "/rows?workspace=acme")
        #expect(try await !browser.get(ScreenFixture.base + "?workspace=default").words.contains("crm-integration kw_"))
    }

    @Test func liveRowsAreSentOnlyWhenTheyDiffer() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(named: "prod-main-app")
        let page = try await fixture.table()
        let address = try #require(Markup.attribute("data-rows", of: page.text))
        let mark = try #require(Markup.attribute("data-mark", of: page.text))
        let separator = address.contains("?") ? "&" : "?"
        #expect(try await fixture.browser.get(address + separator + "after=" + mark).status == 204)
        try await fixture.verify(created.secret)
        let rows = try await fixture.browser.get(address + separator + "after=" + mark)
        #expect(rows.status == 200 && rows.text.hasPrefix("<tr") && rows.words.contains("active"))
    }

    @Test func aViewerSeesKeysWithoutActionsAndNoWayToCreate() async throws {
        let key = Key(
            id: "key_1", workspace: "default", name: "prod-main-app", prefix: "kw_8FqL2mXw", status: .active,
            createdAt: WallClock.now, createdBy: Account(uid: 0))
        let list = ListKeys.Result(keys: [key], access: Access(plan: "standard", apiAccess: true, role: .viewer))
        let page = KeyTablePage(
            layout: try ScreenFixture.screen(of: "/nowhere").layout, query: TableQuery(workspace: nil),
            workspace: "default", workspaces: [], list: list, notices: .empty, now: WallClock.now
        ).html.text
        #expect(page.contains("You can view the keys of this workspace, not change them."))
        #expect(!page.contains("Create new API key") && !page.contains("/rotate"))
    }

    @Test func keysOfAnotherWorkspaceAreShownAndChanged() async throws {
        let fixture = try await ScreenFixture()
        _ = try await fixture.admin.createWorkspace(named: "acme")
        let form = try await fixture.browser.get(ScreenFixture.base + "/new?workspace=acme")
        #expect(try await fixture.browser.submit(form, ["name": "crm-integration"]).status == 200)
        let key = try await fixture.admin.key("crm-integration", workspace: "acme")
        for action in ["", "trail", "rotate", "revoke", "disable"] {
            let page = try await fixture.browser.get(fixture.path(key, action))
            #expect(page.status == 200 && page.words.contains("crm-integration"), "\(action)")
        }
        let rotate = try await fixture.browser.get(fixture.path(key, "rotate"))
        #expect(try await fixture.browser.submit(rotate).status == 200)
        let cancel = try await fixture.browser.get(fixture.path(key, "cancel"))
        #expect(try await fixture.browser.submit(cancel).status == 303)
        let revoke = try await fixture.browser.get(fixture.path(key, "revoke"))
        let done = try await fixture.browser.follow(fixture.browser.submit(revoke))
        #expect(done.text.contains("href=\"/settings/api-access?workspace=acme\""))
        #expect(try await fixture.admin.key(key.id).status == .revoked)
    }

    @Test func pollsAreNoUse() async throws {
        let start = ContinuousClock.now
        let deadline = IdleDeadline(limit: .seconds(900), from: start - .seconds(600))
        var browser = Browser(try ScreenFixture.screen(of: "/nowhere", timeout: .milliseconds(50), deadline: deadline))
        _ = try await browser.get(ScreenFixture.base)
        #expect(try #require(deadline.rest(at: .now)) < .seconds(301), "a request without a session is no use")
        try await browser.signIn()
        let rest = try #require(deadline.rest(at: .now))
        #expect(rest > .seconds(800))
        let later = deadline.rest(at: .now)
        _ = try await browser.get(ScreenFixture.base + "/rows")
        _ = try await browser.get(ScreenFixture.base + "/keys/key_x/rotation")
        #expect(try #require(deadline.rest(at: .now)) < #require(later))
    }

    @Test func aPageThatOnlyRetriesIsNoUse() async throws {
        let start = ContinuousClock.now
        let deadline = IdleDeadline(limit: .seconds(900), from: start)
        var browser = Browser(try ScreenFixture.screen(of: "/nowhere", timeout: .milliseconds(50), deadline: deadline))
        try await browser.signIn()
        let rest = try #require(deadline.rest(at: start))
        let page = try await browser.get(ScreenFixture.base)
        #expect(page.status == 503 && page.text.contains("http-equiv=\"refresh\""))
        #expect(deadline.rest(at: start) == rest)
    }

    @Test func aReadOnlyScreenHasNoFormsAndRefusesThem() async throws {
        let fixture = try await ScreenFixture(isReadOnly: true)
        let key = try await fixture.admin.createKey(named: "prod-main-app").key
        let page = try await fixture.table()
        #expect(page.words.contains("read only") && page.words.contains(key.prefix))
        #expect(!page.text.contains("method=\"post\"") && !page.text.contains("/rotate"))
        for path in [ScreenFixture.base + "/new", fixture.path(key, "rotate"), fixture.path(key, "revoke")] {
            #expect(try await fixture.browser.get(path).status == 403)
            #expect(try await fixture.browser.post(path, []).words.contains("Nothing was changed"))
        }
        #expect(try await fixture.admin.key("prod-main-app").status == .unused)
    }
}
