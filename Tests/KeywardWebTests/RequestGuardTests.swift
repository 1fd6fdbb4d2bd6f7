import HTTPTypes
import KeywardTesting
import Testing

@testable import KeywardWeb

/// What is refused before any page. Nothing listens at the daemon's socket.
struct RequestGuardTests {
    private static let site = HTTPField.Name("Sec-Fetch-Site")!
    private let base = ScreenFixture.base

    private func browser(isSignedIn: Bool = true) async throws -> Browser {
        var browser = Browser(try ScreenFixture.screen(of: "/nowhere", timeout: .milliseconds(50)))
        if isSignedIn { try await browser.signIn() }
        return browser
    }

    @Test(arguments: [
        "127.0.0.1:1234", "localhost:1234", "kw-test.localhost", "kw-test.localhost:1235", "evil.example",
        "kw-test.localhost:1234.evil.example", "KW-TEST.localhost:1234",
    ])
    func anotherHostIsRefused(host: String) async throws {
        let page = try await browser().get(base) { $0.authority = host }
        #expect(page.status == 421 && page.words.contains("keyward web"))
    }

    @Test func noHostAndTwoHostsAreRefused() async throws {
        let browser = try await browser()
        #expect(try await browser.get(base) { $0.authority = nil }.status == 421)
        let twice = try await browser.get(base) { request in
            request.headerFields.append(HTTPField(name: HTTPField.Name("hOsT")!, value: "evil.example"))
        }
        #expect(twice.status == 421)
    }

    @Test(arguments: ["none", "same-site", "cross-site", "null", "Same-Origin", ""])
    func aFormOfAnotherSiteIsRefused(site: String) async throws {
        let page = try await browser().post(base + "/new", []) { $0.headerFields[Self.site] = site }
        #expect(page.status == 403 && page.words.contains("did not come from a page of this screen"))
    }

    @Test(arguments: [
        nil, "null", "http://evil.example", "http://kw-test.localhost", "https://kw-test.localhost:1234",
        "http://kw-test.localhost:1234/",
    ])
    func withoutTheSiteTheOriginMustBeExactlyRight(origin: String?) async throws {
        let page = try await browser().post(base + "/new", []) { request in
            request.headerFields[Self.site] = nil
            request.headerFields[.origin] = origin
        }
        #expect(page.status == 403 && page.words.contains("did not come from a page of this screen"))
    }

    @Test func theRightOriginIsEnoughForAnOlderBrowser() async throws {
        let browser = try await browser()
        let page = try await browser.post(base + "/new", []) { request in
            request.headerFields[Self.site] = nil
            request.headerFields[.origin] = ScreenFixture.origin.text
        }
        #expect(page.status == 403 && page.words.contains("out of date"))
    }

    @Test(arguments: ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
    func onlyGetHeadAndPostAreServed(method: String) async throws {
        let page = try await browser().get(base) { $0.method = HTTPRequest.Method(method)! }
        #expect(page.status == 405)
    }

    @Test func withoutASessionThereIsNoPage() async throws {
        let browser = try await browser(isSignedIn: false)
        for path in [base, base + "/", base + "/new", base + "/rows", base + "/keys/key_x", base + "/nowhere"] {
            let page = try await browser.get(path)
            #expect(page.status == 401 && page.words.contains("press Enter"), "\(path)")
        }
        #expect(try await browser.post(base + "/new", []).status == 401)
    }

    @Test func aCookieOfAnotherRunOpensNothing() async throws {
        var browser = try await browser()
        let stolen = browser.cookie
        let other = try await self.browser(isSignedIn: false)
        browser = other
        browser.cookie = stolen
        #expect(try await browser.get(base).status == 401)
    }

    @Test func twoCookiesAreAsGoodAsNone() async throws {
        let browser = try await browser()
        let page = try await browser.get(base) { request in
            request.headerFields[.cookie] = browser.cookie! + "; " + SessionCookie.name + "=x"
        }
        #expect(page.status == 401)
    }

    @Test(arguments: [nil, "", "0", "x"])
    func aFormWithoutTheRightTokenChangesNothing(token: String?) async throws {
        let fields = token.map { [("token", $0)] } ?? []
        let page = try await browser().post(base + "/new", fields)
        #expect(page.status == 403 && page.words.contains("Nothing was changed"))
    }

    @Test(arguments: ["text/plain", "multipart/form-data", "application/json", nil])
    func aFormOfAnotherTypeIsRefused(type: String?) async throws {
        let page = try await browser().post(base + "/new", []) { $0.headerFields[.contentType] = type }
        #expect(page.status == 400)
    }

    @Test func aFormOfMoreThan64KilobytesIsRefused() async throws {
        let page = try await browser().post(base + "/new", [("token", String(repeating: "a", count: 65 << 10))])
        #expect(page.status == 400)
    }

    @Test func aLinkIsSpentByItsButtonAndNotByReadingIt() async throws {
        let browser = try await browser(isSignedIn: false)
        let path = String(browser.screen.newLink().dropFirst(ScreenFixture.origin.text.count))
        for _ in 0..<3 { #expect(try await browser.get(path).status == 200) }
        let page = try await browser.get(path)
        let opened = try await browser.submit(page)
        #expect(opened.status == 303 && opened.location == base)
        let cookie = try #require(opened.headers[.setCookie])
        #expect(cookie.hasPrefix("__Host-keyward=") && !cookie.contains("Domain"))
        for attribute in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
            #expect(cookie.split(separator: "; ").contains(Substring(attribute)))
        }
        #expect(try await browser.submit(page).status == 403)
        #expect(try await browser.get(path).words.contains("This link has ended"))
    }

    @Test func aThousandWrongTokensDoNotEndTheRightOne() async throws {
        let browser = try await browser(isSignedIn: false)
        let path = String(browser.screen.newLink().dropFirst(ScreenFixture.origin.text.count))
        let page = try await browser.get(path)
        for number in 0..<1_000 {
            let wrong = try await browser.post(base + "/open", [("token", "\(number)")])
            #expect(wrong.status == 403)
        }
        #expect(try await browser.submit(page).status == 303)
    }

    @Test func aFormOfAnotherSiteDoesNotSpendALink() async throws {
        let browser = try await browser(isSignedIn: false)
        let page = try await browser.get(String(browser.screen.newLink().dropFirst(ScreenFixture.origin.text.count)))
        #expect(try await browser.submit(page, [:]) { $0.headerFields[Self.site] = "cross-site" }.status == 403)
        #expect(try await browser.submit(page).status == 303)
    }
}
