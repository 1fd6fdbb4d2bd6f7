import HTTPTypes
import KeywardClient
import KeywardTesting
import Testing

@testable import KeywardWeb

/// A screen behind a proxy that authenticates people.
struct ProxyTests {
    private static let digits = String(repeating: "5a", count: 32)
    private static let proxy = HTTPField.Name("X-Keyward-Proxy")!
    private static let site = HTTPField.Name("Sec-Fetch-Site")!
    private let base = ScreenFixture.base

    /// A browser whose requests come through the proxy.
    private func browser(
        _ socket: String = "/nowhere", key: UInt8 = 1, basePath: String = ScreenFixture.base
    ) throws -> Browser {
        let secret = try #require(ProxySecret(directive: "proxy_set_header X-Keyward-Proxy \(Self.digits);\n"))
        let sessionKey = try #require(SessionKey(Array(repeating: key, count: 32)))
        var settings = ScreenSettings(
            origin: ScreenOrigin(scheme: "https", authority: "keys.example.com"),
            account: Account(uid: 999, user: "kw-web-1"))
        (settings.entrance, settings.person) = (.proxy(secret, sessionKey), "anna@example.com")
        settings.basePath = basePath
        let daemon = try ScreenFixture.client(socket)
        let screen = Screen(
            settings, daemon: daemon, random: RandomTokens { .random(in: .min ... .max) },
            deadline: IdleDeadline(limit: .seconds(900), from: .now)
        ) { WallClock.now }
        var browser = Browser(screen)
        browser.added[Self.proxy] = Self.digits
        return browser
    }

    private func cookie(of page: Page) -> String? {
        page.headers[.setCookie].map { String($0.prefix { $0 != ";" }) }
    }

    @Test(arguments: [
        nil, "", "0", digits.uppercased(), digits + "0", String(digits.dropLast()), "\(digits), \(digits)",
    ])
    func withoutTheSecretOfTheProxyNothingIsServed(presented: String?) async throws {
        var browser = try browser()
        let cookie = try #require(try await cookie(of: browser.get(base)))
        browser.cookie = cookie
        browser.added[Self.proxy] = presented
        for path in [base, base + "/new", base + "/rows", "/", base + "/open"] {
            let page = try await browser.get(path)
            #expect(page.status == 403 && page.words.contains("web server") && page.headers[.setCookie] == nil)
        }
        #expect(try await browser.post(base + "/new", []).status == 403)
    }

    @Test func theSecretTwiceIsAsGoodAsNone() async throws {
        let page = try await browser().get(base) { request in
            request.headerFields.append(HTTPField(name: Self.proxy, value: "other"))
        }
        #expect(page.status == 403)
    }

    @Test(arguments: [
        "", "proxy_set_header X-Keyward-Proxy ;", "proxy_set_header X-Keyward-Proxy 5a;",
        "proxy_set_header X-Other \(digits);", "proxy_set_header X-Keyward-Proxy \(digits)",
        "proxy_set_header X-Keyward-Proxy \(digits.uppercased());",
        "proxy_set_header X-Keyward-Proxy \(digits);\nproxy_set_header X-Keyward-Proxy \(digits);",
    ])
    func aFileWithoutOneSecretIsRefused(directive: String) {
        #expect(ProxySecret(directive: directive) == nil)
    }

    @Test func commentsInTheFileOfTheSecretAreIgnored() {
        let text = "# A secret.\nproxy_set_header X-Keyward-Proxy \(Self.digits);\n"
        #expect(ProxySecret(directive: text)?.isPresented(by: [Self.digits]) == true)
    }

    @Test func theFirstPageBeginsASessionAndTheNextOnesKeepIt() async throws {
        let fixture = try await ScreenFixture()
        var browser = try browser(fixture.daemon.adminSocket)
        let first = try await browser.get(base)
        let field = try #require(first.headers[.setCookie])
        #expect(first.status == 200 && field.hasPrefix("__Host-keyward=") && !field.contains("Domain"))
        for attribute in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
            #expect(field.split(separator: "; ").contains(Substring(attribute)))
        }
        browser.cookie = cookie(of: first)
        let second = try await browser.get(base + "/")
        #expect(second.status == 200 && second.headers[.setCookie] == nil)
        #expect(second.words.contains("Signed in as anna@example.com"))
    }

    @Test func aSessionAndItsFormsOutliveTheScreen() async throws {
        let fixture = try await ScreenFixture()
        let form = try await browser(fixture.daemon.adminSocket).get(base + "/new")
        var next = try self.browser(fixture.daemon.adminSocket)
        next.cookie = cookie(of: form)
        let page = try await next.submit(form, ["name": "staging-api"])
        #expect(page.status == 200 && page.words.contains("Your new API key"))
        #expect(page.headers[HTTPField.Name("X-Accel-Buffering")!] == "no" && page.text.utf8.count < 16 << 10)
        #expect(try await fixture.admin.key("staging-api").status == .unused)
        // A form that is sent again creates nothing, also after another start.
        var last = try browser(fixture.daemon.adminSocket)
        last.cookie = next.cookie
        for again in [next, last] {
            let page = try await again.submit(form, ["name": "staging-api"])
            #expect(page.status == 409 && page.words.contains("No second key was created."))
        }
    }

    @Test func aCookieOfAnotherKeyIsReplacedAndItsFormsChangeNothing() async throws {
        let fixture = try await ScreenFixture()
        let other = try browser(fixture.daemon.adminSocket, key: 2)
        let form = try await other.get(base + "/new")
        var browser = try browser(fixture.daemon.adminSocket)
        browser.cookie = cookie(of: form)
        let page = try await browser.submit(form, ["name": "staging-api"])
        #expect(page.status == 403 && page.words.contains("out of date"))
        let replaced = try await browser.get(base)
        #expect(replaced.status == 200 && cookie(of: replaced) != nil)
        #expect(replaced.words.contains("There are no API keys yet"))
    }

    @Test(arguments: ["", "x", ".", "x.", ".x", "a.b.c", "\(digits).\(digits)"])
    func aForgedCookieIsReplaced(value: String) async throws {
        var browser = try browser()
        browser.cookie = "__Host-keyward=" + value
        #expect(cookie(of: try await browser.get(base + "/nowhere")) != nil)
        #expect(try await browser.post(base + "/new", []).words.contains("out of date"))
    }

    @Test func theTokenOfAFormIsNotTheCodeOfItsCookie() throws {
        let key = try #require(SessionKey(Array(repeating: 1, count: 32)))
        let sessions = SignedSessions(key: key, random: RandomTokens { 7 })
        let cookie = sessions.begin()
        #expect(sessions.contains(cookie))
        let value = String(cookie.prefix { $0 != "." })
        #expect(!sessions.contains("\(value).\(sessions.formToken(for: value))"))
        #expect(sessions.formToken(for: cookie) != sessions.formToken(for: value))
    }

    @Test(arguments: ["evil.example", "KEYS.example.com", "keys.example.com:443", "keys.example.com."])
    func anotherHostIsRefusedAndTheSettingIsNamed(host: String) async throws {
        let page = try await browser().get(base) { $0.authority = host }
        #expect(page.status == 421 && page.words.contains("KEYWARD_WEB_ORIGIN"))
        #expect(page.words.contains("keys.example.com only"))
    }

    @Test(arguments: [nil, "null", "https://evil.example", "http://keys.example.com"])
    func aFormOfAnotherOriginIsRefused(origin: String?) async throws {
        let page = try await browser().post(base + "/new", []) { request in
            request.headerFields[Self.site] = nil
            request.headerFields[.origin] = origin
        }
        #expect(page.status == 403 && page.words.contains("did not come from a page of this screen"))
    }

    @Test func thereAreNoLinks() async throws {
        let browser = try browser()
        let path = String(browser.screen.newLink().dropFirst("https://keys.example.com".count))
        #expect(try await browser.get(path).status == 404)
        #expect(try await browser.post(base + "/open", [("token", "x")]).status == 403)
    }

    @Test func thePathIsTheOneOfTheSettings() async throws {
        let fixture = try await ScreenFixture()
        let browser = try browser(fixture.daemon.adminSocket, basePath: "/admin/keys")
        for path in ["/admin/keys", "/admin/keys/"] {
            let page = try await browser.get(path)
            #expect(page.status == 200 && page.text.contains("\"/admin/keys/new?workspace=default\""))
            #expect(!page.text.contains(base))
        }
        #expect(try await browser.get(base).status == 404)
    }
}
