import KeywardClient
import Testing

@testable import KeywardWeb

struct CreateTests {
    private let new = ScreenFixture.base + "/new?workspace=default"

    @Test func theFormAdvisesOnNamesAndAsksForAnOptionalExpiry() async throws {
        let fixture = try await ScreenFixture()
        let page = try await fixture.browser.get(new)
        for name in ["prod-main-app", "staging-api", "crm-integration"] { #expect(page.words.contains(name)) }
        #expect(page.words.contains("Do not use personal names or customer data."))
        #expect(page.words.contains("Expiry date (optional)") && page.words.contains("Create API Key"))
    }

    @Test func theNewKeyIsShownOnceAndWorks() async throws {
        let fixture = try await ScreenFixture()
        let form = try await fixture.browser.get(new)
        let page = try await fixture.browser.submit(
            form,
            [
                "name": "prod-main-app", "expires": "2999-12-31", "owner": "Platform team", "contact": "#platform",
                "purpose": "Main", "scopes": "orders:read orders:write",
            ])
        #expect(page.status == 200 && page.text.utf8.count < 16_000)
        let secret = try #require(Markup.secret(in: page.text))
        #expect(page.text.ranges(of: secret).count == 1)
        let answer = try await fixture.verify(Secret(secret))
        #expect(answer.valid && answer.name == "prod-main-app" && answer.scopes == ["orders:read", "orders:write"])
        #expect(answer.owner == Owner(name: "Platform team", contact: "#platform"))
        let key = try await fixture.admin.key("prod-main-app")
        #expect(key.expiresAt == LocalTimeOfTests.endOf2999)
        for path in ["", "?show=all"] { #expect(try await !fixture.table(path).text.contains(secret)) }
        #expect(try await !fixture.browser.get(fixture.path(key)).text.contains(secret))
    }

    @Test func theSameFormTwiceMakesOneKey() async throws {
        let fixture = try await ScreenFixture()
        let form = try await fixture.browser.get(new)
        let first = try await fixture.browser.submit(form, ["name": "prod-main-app"])
        let secret = try #require(Markup.secret(in: first.text))
        let second = try await fixture.browser.submit(form, ["name": "prod-main-app"])
        #expect(second.status == 409 && second.words.contains("No second key was created."))
        #expect(!second.text.contains(secret))
        let renamed = try await fixture.browser.submit(form, ["name": "staging-api"])
        #expect(renamed.status == 409 && renamed.words.contains("prod-main-app"))
        #expect(try await fixture.admin.keys().keys.count == 1)
    }

    @Test func twoClicksAtOnceMakeOneKey() async throws {
        let fixture = try await ScreenFixture()
        let browser = fixture.browser
        let form = try await browser.get(new)
        async let first = browser.submit(form, ["name": "prod-main-app"])
        async let second = browser.submit(form, ["name": "prod-main-app"])
        let answers = try await [first, second].map(\.status).sorted()
        #expect(answers == [200, 409])
        #expect(try await fixture.admin.keys().keys.count == 1)
    }

    @Test func aTakenNameIsAFaultOfTheNameAndTheFormCanBeSentAgain() async throws {
        let fixture = try await ScreenFixture()
        _ = try await fixture.admin.createKey(named: "prod-main-app")
        let form = try await fixture.browser.get(new)
        let refused = try await fixture.browser.submit(form, ["name": "prod-main-app", "purpose": "Main"])
        #expect(refused.status == 422 && refused.words.contains("Name already in use by kw_"))
        #expect(refused.text.contains("aria-invalid=\"true\"") && refused.text.contains("value=\"Main\""))
        #expect(try await fixture.browser.submit(refused, ["name": "staging-api"]).status == 200)
    }

    @Test(arguments: [
        ("name", "Bad Name", "name-fault"), ("name", "anna@example.com", "name-fault"),
        ("expires", "2020-01-01", "expires-fault"), ("expires", "2027-02-30", "expires-fault"),
        ("expires", "soon", "expires-fault"), ("scopes", "bad*scope", "scopes-fault"),
        ("principal", "nobody-knows", "owner-fault"),
    ])
    func aFaultStandsBesideItsField(field: String, value: String, id: String) async throws {
        let fixture = try await ScreenFixture()
        let form = try await fixture.browser.get(new)
        var values = Markup.form(in: form.text)!.fields.filter { $0.name != field && $0.name != "name" }
        values += field == "name" ? [(field, value)] : [(field, value), ("name", "staging-api")]
        let page = try await fixture.browser.post(new, values)
        #expect(page.status == 422 && page.text.contains("id=\"\(id)\""), "\(page.words)")
        #expect(page.words.contains("The key was not created."))
        #expect(try await fixture.admin.keys().keys.isEmpty)
    }

    @Test func aPlanThatRequiresAnExpirySaysSoBesideTheDate() async throws {
        let fixture = try await ScreenFixture(
            configuration: "plans:\n  standard:\n    apiAccess: true\n    requireExpiry: true\n")
        let form = try await fixture.browser.get(new)
        let page = try await fixture.browser.submit(form, ["name": "staging-api"])
        #expect(page.status == 422 && page.text.contains("id=\"expires-fault\""), "\(page.words)")
    }

    @Test func aKeyThatWasTypedAsANameIsNotRepeated() async throws {
        let fixture = try await ScreenFixture()
        let secret = try await fixture.admin.createKey(named: "prod-main-app").secret.reveal()
        let form = try await fixture.browser.get(new)
        for field in ["name", "purpose", "owner"] {
            var values = Markup.form(in: form.text)!.fields.filter { $0.name != field }
            values.append((field, secret))
            let page = try await fixture.browser.post(new, values)
            #expect(page.status == 422 && !page.text.contains(secret), "\(field)")
        }
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\"\u{301} onfocus=alert(1) autofocus=\"", "\u{202E}gnp.exe",
        "שלום עולם", "e\u{301}\u{302}\u{303}", "'><img src=x onerror=alert(1)>", String(repeating: "x", count: 128),
    ])
    func enteredTextsAreShownAsText(text: String) async throws {
        let fixture = try await ScreenFixture()
        let form = try await fixture.browser.get(new)
        let made = try await fixture.browser.submit(
            form, ["name": "prod-main-app", "owner": text, "contact": text, "purpose": text])
        // A control of the direction is refused by the daemon.
        if text.contains("\u{202E}") {
            #expect(made.status == 422)
            return
        }
        #expect(made.status == 200, "\(made.words)")
        let key = try await fixture.admin.key("prod-main-app")
        #expect(key.owner?.name == text)
        for path in [fixture.path(key), fixture.path(key, "rotate"), fixture.path(key, "revoke")] {
            let page = try await fixture.browser.get(path)
            #expect(page.words.contains(text))
            #expect(!page.text.contains("<script>alert") && !page.text.contains("<img"))
            for tag in page.text.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
                #expect(!tag.contains("onfocus") && !tag.contains("onerror"))
            }
        }
    }

    @Test func aRequestOfAViewerIsRefusedWithTheRemedy() async throws {
        // The kernel says who acts, so the answer of a daemon stands in for another account.
        let page = try await RefusingDaemon.page(
            code: "permissionDenied", number: -32001, message: "anna is not an admin of workspace default.",
            remedy: ["member", "grant", "user:anna", "admin"], path: new)
        #expect(page.status == 403 && page.words.contains("anna is not an admin of workspace default."))
        #expect(page.words.contains("keyward member grant user:anna admin"))
    }
}
