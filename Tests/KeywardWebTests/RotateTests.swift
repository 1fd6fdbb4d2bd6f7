import KeywardClient
import Testing

@testable import KeywardWeb

struct RotateTests {
    @Test func theWholeHandoffOfAProductionKey() async throws {
        let fixture = try await ScreenFixture()
        let old = try await fixture.admin.createKey(
            named: "prod-main-app", owner: Owner(name: "Platform team", contact: "#platform"))
        try await fixture.verify(old.secret)

        // Tell the owner first.
        let form = try await fixture.browser.get(fixture.path(old.key, "rotate"))
        #expect(form.words.contains("1. Tell the technical owner") && form.words.contains("Platform team · #platform"))
        let refused = try await fixture.browser.submit(form)
        #expect(refused.status == 422 && refused.words.contains("is a production key. Has the owner (Platform team)"))
        #expect(try await fixture.admin.key("prod-main-app").rotation == nil)

        // Rotate, copy and deliver.
        let rotated = try await fixture.browser.submit(refused, ["check": "productionRotation"])
        #expect(rotated.status == 200 && rotated.text.utf8.count < 16_000)
        let secret = try #require(Markup.secret(in: rotated.text))
        #expect(rotated.words.contains("deliver the new key through your approved secure process"))
        #expect(rotated.words.contains("Ask the technical owner, Platform team (#platform), to confirm"))
        let new = try await fixture.admin.key("prod-main-app")

        // The first use is seen.
        let before = try await fixture.browser.get(fixture.path(old.key))
        #expect(before.words.contains("Rotation in progress") && before.words.contains("has not been used yet"))
        #expect(before.words.contains("Confirm the rotation") && before.words.contains("Cancel the rotation"))
        #expect(try await fixture.verify(Secret(secret)).valid)
        #expect(try await fixture.verify(old.secret).valid)
        let used = try await fixture.browser.get(fixture.path(new))
        #expect(used.words.contains("The new key was first used") && !used.words.contains("Cancel the rotation"))

        // Confirm.
        let confirm = try await fixture.browser.get(fixture.path(new, "confirm"))
        let done = try await fixture.browser.follow(fixture.browser.submit(confirm))
        #expect(done.words.contains("Rotation complete. The old key no longer works."))
        #expect(try await fixture.verify(old.secret).code == .superseded)
        #expect(try await fixture.verify(Secret(secret)).valid)
    }

    @Test func theProgressOfARotationIsSentWhenItChanges() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "staging-api").key
        let rotated = try await fixture.admin.rotateKey("staging-api")
        let page = try await fixture.browser.get(fixture.path(rotated.key))
        let address = try #require(Markup.attribute("data-panel", of: page.text))
        let mark = try #require(Markup.attribute("data-mark", of: page.text))
        #expect(try await fixture.browser.get("\(address)?after=\(mark)").status == 204)
        try await fixture.verify(rotated.secret)
        let panel = try await fixture.browser.get("\(address)?after=\(mark)")
        #expect(panel.status == 200 && panel.words.contains("The new key was first used"))
        #expect(!panel.text.contains("<html"))
        _ = try await fixture.admin.confirmRotation("staging-api")
        let end = try await fixture.browser.get(fixture.path(rotated.key, "rotation"))
        #expect(end.words == "This key replaced \(key.prefix), which is superseded.")
        let other = try await fixture.admin.createKey(named: "prod-main-app").key
        #expect(try await fixture.browser.get(fixture.path(other, "rotation")).status == 404)
    }

    @Test func aRotationIsCancelledWhileTheNewKeyIsUnused() async throws {
        let fixture = try await ScreenFixture()
        let old = try await fixture.admin.createKey(named: "staging-api")
        let rotated = try await fixture.admin.rotateKey("staging-api")
        let form = try await fixture.browser.get(fixture.path(rotated.key, "cancel"))
        let done = try await fixture.browser.follow(fixture.browser.submit(form))
        #expect(done.words.contains("Rotation cancelled.") && done.words.contains(old.key.prefix))
        #expect(try await fixture.verify(rotated.secret).code == .revoked)
        #expect(try await fixture.verify(old.secret).valid)
    }

    @Test func confirmingBeforeTheFirstUseNeedsABox() async throws {
        let fixture = try await ScreenFixture()
        let old = try await fixture.admin.createKey(named: "staging-api")
        let rotated = try await fixture.admin.rotateKey("staging-api")
        let form = try await fixture.browser.get(fixture.path(rotated.key, "confirm"))
        #expect(form.words.contains("The new key has never been used. Stop the old key anyway."))
        let refused = try await fixture.browser.submit(form)
        #expect(refused.status == 422 && refused.words.contains("was never used."))
        #expect(try await fixture.admin.key(old.key.id).status == .retiring)
        let done = try await fixture.browser.submit(refused, ["check": "replacementUnused"])
        #expect(done.status == 303)
        #expect(try await fixture.verify(old.secret).code == .superseded)
    }

    @Test func twoTabsRotateOneKeyOnce() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "staging-api").key
        let first = try await fixture.browser.get(fixture.path(key, "rotate"))
        let second = try await fixture.browser.get(fixture.path(key, "rotate"))
        #expect(try await fixture.browser.submit(first).status == 200)
        let refused = try await fixture.browser.submit(second)
        #expect(refused.status == 422 && refused.words.contains("The key was not rotated"))
        #expect(try await fixture.admin.keys().keys.count == 2)
        // The first form again, by reload: still one successor.
        let again = try await fixture.browser.submit(first)
        #expect(again.status == 409 && again.words.contains("No second key was created."))
        #expect(try await fixture.admin.keys().keys.count == 2)
    }

    @Test func withoutGraceAKeyInUseNeedsABoxThatThePageDidNotHave() async throws {
        let fixture = try await ScreenFixture()
        let old = try await fixture.admin.createKey(named: "staging-api")
        try await fixture.verify(old.secret)
        let form = try await fixture.browser.get(fixture.path(old.key, "rotate"))
        let refused = try await fixture.browser.submit(form, ["grace": "0 now", "check": "productionRotation"])
        #expect(refused.status == 422 && refused.words.contains("was last used"), "\(refused.words)")
        #expect(refused.text.contains("value=\"recentlyUsed\""))
        #expect(try await fixture.verify(old.secret).valid)
    }

    @Test func anExpiryDateThatIsPastIsAFaultOfItsField() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "staging-api").key
        let form = try await fixture.browser.get(fixture.path(key, "rotate"))
        let page = try await fixture.browser.submit(form, ["expires": "2020-01-01"])
        #expect(page.status == 422 && page.text.contains("id=\"expires-fault\""))
        #expect(try await fixture.browser.submit(page, ["expires": ""]).status == 200)
    }
}
