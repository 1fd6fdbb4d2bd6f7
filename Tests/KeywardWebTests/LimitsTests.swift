import KeywardClient
import KeywardProtocol
import Testing

@testable import KeywardWeb

/// The fields about limits, credits and addresses, and the page that changes them.
struct LimitsTests {
    private let new = ScreenFixture.base + "/new?workspace=default"

    private func path(_ fixture: ScreenFixture, _ key: Key) -> String { fixture.path(key) + "/limits" }

    @Test func aNewKeyHasWhatWasEntered() async throws {
        let fixture = try await ScreenFixture()
        let form = try await fixture.browser.get(new)
        let page = try await fixture.browser.submit(
            form,
            [
                "name": "prod-main-app", "limits": "requests=100/60s exports=5/1d:named", "credits": "250",
                "refill": "1000/month:15", "addresses": "10.0.0.0/8 2001:db8::/32",
            ])
        #expect(page.status == 200, "\(page.words)")
        let key = try await fixture.admin.key("prod-main-app")
        #expect(key.limits?.map(\.name) == ["requests", "exports"])
        #expect(key.limits?.map(\.automatic) == [true, false])
        #expect(key.credits?.remaining == 250 && key.credits?.refill?.day == 15)
        #expect(key.addresses == ["10.0.0.0/8", "2001:db8::/32"])
    }

    @Test func aCanaryIsMadeWithABox() async throws {
        let fixture = try await ScreenFixture()
        let form = try await fixture.browser.get(new)
        let refused = try await fixture.browser.submit(
            form, ["name": "old-backup", "canary": "yes", "expires": "2999-12-31"])
        #expect(refused.status == 422 && refused.text.contains("id=\"expires-fault\""), "\(refused.words)")
        #expect(refused.text.contains("value=\"yes\" checked"))
        let again = try await fixture.browser.get(new)
        #expect(try await fixture.browser.submit(again, ["name": "old-backup", "canary": "yes"]).status == 200)
        let key = try await fixture.admin.key("old-backup")
        #expect(key.status == .canary)
        let page = try await fixture.browser.get(fixture.path(key))
        #expect(!page.text.contains("/limits\"") && page.text.contains("/revoke\""))
    }

    @Test(arguments: [
        ("limits", "requests=100"), ("limits", "requests=0/60s"), ("limits", "a=1/60s a=2/60s"), ("credits", "many"),
        ("refill", "1000/week"), ("addresses", "10.0.0.1/8"), ("budget", "not a name"), ("budget", "unknown"),
    ])
    func aFaultStandsBesideItsField(field: String, value: String) async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "prod-main-app").key
        for path in [new, path(fixture, key)] {
            let form = try await fixture.browser.get(path)
            var values = Markup.form(in: form.text)!.fields.filter { $0.name != field && $0.name != "name" }
            values += [(field, value), ("name", "staging-api")]
            let page = try await fixture.browser.post(path, values)
            #expect(page.status == 422, "\(page.words)")
            #expect(page.text.contains("id=\"\(field)-fault\""), "\(page.words)")
            #expect(page.text.contains("value=\"\(value)\""))
        }
        #expect(try await fixture.admin.keys().keys.count == 1)
    }

    @Test func onlyWhatWasChangedIsChanged() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(
            named: "prod-main-app", addresses: ["10.0.0.0/8"],
            limits: [LimitTerms(name: "requests", limit: 4, windowSeconds: 60)],
            credits: CreditTerms(remaining: 100, refill: RefillTerms(amount: 1_000, every: .day))
        ).key
        let form = try await fixture.browser.get(path(fixture, key))
        #expect(form.text.contains("value=\"requests=4/1m\"") && form.text.contains("value=\"1000/day\""))
        #expect(form.words.contains("Now 100 are left."))
        let saved = try await fixture.browser.submit(form, ["credits": "+50"])
        #expect(saved.status == 303)
        var now = try await fixture.admin.key(key.id)
        #expect(now.credits?.remaining == 150 && now.credits?.refill?.amount == 1_000)
        #expect(now.limits?.map(\.limit) == [4] && now.addresses == ["10.0.0.0/8"])

        let second = try await fixture.browser.get(path(fixture, key))
        _ = try await fixture.browser.submit(second, ["refill": "", "limits": "", "addresses": ""])
        now = try await fixture.admin.key(key.id)
        #expect(now.credits?.remaining == 150 && now.credits?.refill == nil)
        #expect(now.limits == [] && now.addresses == nil)

        let third = try await fixture.browser.get(path(fixture, key))
        _ = try await fixture.browser.submit(third, ["removeCredits": "yes"])
        #expect(try await fixture.admin.key(key.id).credits == nil)
    }

    @Test func aKeyIsMovedIntoABudgetAndOut() async throws {
        let fixture = try await ScreenFixture()
        _ = try await fixture.admin.setBudget("shared", credits: .set(CreditTerms(remaining: 10)))
        let key = try await fixture.admin.createKey(named: "prod-main-app").key
        let form = try await fixture.browser.get(path(fixture, key))
        #expect(try await fixture.browser.submit(form, ["budget": "shared"]).status == 303)
        #expect(try await fixture.admin.key(key.id).budget == "shared")
        let again = try await fixture.browser.get(path(fixture, key))
        #expect(try await fixture.browser.submit(again, ["budget": ""]).status == 303)
        #expect(try await fixture.admin.key(key.id).budget == nil)
        #expect(try await fixture.admin.budgets().map(\.keys) == [0])
        try await fixture.admin.removeBudget("shared")
        #expect(try await fixture.admin.budgets().isEmpty)
    }

    @Test func aSecretThatWasTypedIsNotRepeated() async throws {
        let fixture = try await ScreenFixture()
        let created = try await fixture.admin.createKey(named: "prod-main-app")
        let secret = created.secret.reveal()
        let form = try await fixture.browser.get(path(fixture, created.key))
        for field in ["limits", "credits", "refill", "budget", "addresses"] {
            let page = try await fixture.browser.submit(form, [field: secret])
            #expect(page.status == 422 && !page.text.contains(secret), "\(field)")
        }
    }
}
