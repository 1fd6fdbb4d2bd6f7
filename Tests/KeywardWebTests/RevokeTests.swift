import KeywardClient
import Testing

@testable import KeywardWeb

struct RevokeTests {
    @Test func theThreeQuestionsAreAnsweredByFacts() async throws {
        let fixture = try await ScreenFixture()
        let unused = try await fixture.admin.createKey(named: "staging-api").key
        let idle = try await fixture.browser.get(fixture.path(unused, "revoke"))
        #expect(idle.words.contains("Is the key no longer needed? Yes: It was never used"))
        #expect(idle.words.contains("The key has no replacement.") && idle.words.contains("No owner is recorded."))
        #expect(idle.words.contains("Revocation cannot be undone for this key."))

        let used = try await fixture.admin.createKey(named: "crm-integration", owner: Owner(name: "Sales ops"))
        for _ in 0..<3 { try await fixture.verify(used.secret) }
        let rotated = try await fixture.admin.rotateKey("crm-integration")
        let page = try await fixture.browser.get(fixture.path(used.key, "revoke"))
        #expect(page.words.contains("3 times in the last 24 hours") && page.words.contains("Check with Sales ops"))
        #expect(page.words.contains("\(rotated.key.prefix) replaces it, and was never used."))
        try await fixture.verify(rotated.secret)
        let later = try await fixture.browser.get(fixture.path(used.key, "revoke"))
        #expect(later.words.contains("\(rotated.key.prefix) replaces it, and was first used"))
    }

    @Test func aKeyInUseIsRevokedOnlyWithItsBox() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(named: "staging-api")
        try await fixture.verify(created.secret)
        let form = try await fixture.browser.get(fixture.path(created.key, "revoke"))
        let refused = try await fixture.browser.submit(form, ["reason": "compromised", "note": "Seen in a log"])
        #expect(refused.status == 422 && refused.words.contains("The key was not revoked."))
        #expect(refused.text.contains("value=\"compromised\" selected") && refused.text.contains("Seen in a log"))
        #expect(try await fixture.verify(created.secret).valid)
        let done = try await fixture.browser.follow(fixture.browser.submit(refused, ["check": "recentlyUsed"]))
        #expect(done.words.contains("Revoked staging-api") && done.words.contains("compromised: Seen in a log"))
        #expect(try await fixture.verify(created.secret).code == .revoked)
    }

    /// Nobody confirms a check that the page did not show.
    @Test func aBoxForAnotherCheckConfirmsNothing() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(named: "staging-api")
        try await fixture.verify(created.secret)
        let form = try await fixture.browser.get(fixture.path(created.key, "revoke"))
        #expect(try await fixture.browser.submit(form, ["check": "replacementUnused"]).status == 422)
        #expect(try await fixture.verify(created.secret).valid)
    }

    @Test func aKeyThatWasRevokedInAnotherTabIsShownAsItIs() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "staging-api").key
        let rotate = try await fixture.browser.get(fixture.path(key, "rotate"))
        let disable = try await fixture.browser.get(fixture.path(key, "disable"))
        _ = try await fixture.admin.revokeKey("staging-api", reason: .unused)
        for (form, heading) in [(rotate, "The key was not rotated"), (disable, "The key was not disabled")] {
            let page = try await fixture.browser.submit(form)
            #expect(page.status == 422 && page.words.contains(heading) && page.words.contains("revoked"))
        }
        let revoke = try await fixture.browser.get(fixture.path(key, "revoke"))
        #expect(try await fixture.browser.submit(revoke).status == 303)
    }

    @Test func aDoneMessageNeedsTheFact() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "staging-api").key
        let page = try await fixture.browser.get(fixture.path(key) + "?done=revoke")
        #expect(!page.words.contains("Revoked staging-api"))
    }

    @Test func aKeyIsDisabledAndEnabled() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(named: "staging-api")
        let disable = try await fixture.browser.get(fixture.path(created.key, "disable"))
        let disabled = try await fixture.browser.follow(fixture.browser.submit(disable))
        #expect(disabled.words.contains("Disabled staging-api"))
        #expect(try await fixture.verify(created.secret).code == .disabled)
        let enable = try await fixture.browser.get(fixture.path(created.key, "enable"))
        let enabled = try await fixture.browser.follow(fixture.browser.submit(enable))
        #expect(enabled.words.contains("Enabled staging-api"))
        #expect(try await fixture.verify(created.secret).valid)
    }
}
