import Crypto
import Foundation
import HTTPTypes
import Testing

@testable import KeywardWeb

struct SecurityHeadersTests {
    private let base = ScreenFixture.base

    /// A page, a refusal, a redirection and an address that is not there.
    private func answers() async throws -> [Page] {
        var browser = Browser(try ScreenFixture.screen(of: "/nowhere", timeout: .milliseconds(50)))
        let open = try await browser.get(String(browser.screen.newLink().dropFirst(ScreenFixture.origin.text.count)))
        let opened = try await browser.submit(open)
        try await browser.signIn()
        return [
            open, opened, try await browser.get(base), try await browser.get(base + "/nowhere"),
            try await browser.get(base) { $0.authority = "evil.example" },
        ]
    }

    @Test func everyAnswerHasEveryField() async throws {
        let answers = try await answers()
        #expect(answers.map(\.status) == [200, 303, 503, 404, 421])
        for answer in answers {
            let fields = Dictionary(
                answer.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { $0 + $1 })
            #expect(fields["referrer-policy"] == "same-origin")
            #expect(fields["x-content-type-options"] == "nosniff")
            #expect(fields["cross-origin-opener-policy"] == "same-origin")
            #expect(fields["cross-origin-resource-policy"] == "same-origin")
            #expect(fields["cache-control"] == "no-store")
            #expect(fields["x-accel-buffering"] == "no")
            let policy = try #require(fields["content-security-policy"])
            for part in [
                "default-src 'none'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
                "frame-ancestors 'none'",
            ] { #expect(policy.contains(part)) }
            #expect(!policy.contains("unsafe") && !policy.contains("http"))
        }
    }

    @Test func thePolicyHasTheHashOfEachInlineStyleAndScript() async throws {
        let page = try await answers()[0]
        let policy = try #require(page.headers[HTTPField.Name("Content-Security-Policy")!])
        let blocks = ["style", "script"].flatMap { name in
            page.text.split(separator: "<\(name)>").dropFirst().map { String($0.split(separator: "</\(name)>")[0]) }
        }
        #expect(blocks.count == 2)
        for block in blocks { #expect(policy.contains("'sha256-\(Self.hash(block))'")) }
    }

    @Test func noPageHasInlineHandlersOrStylesOrForeignAddresses() async throws {
        let fixture = try await ScreenFixture()
        let key = try await fixture.admin.createKey(named: "prod-main-app").key
        let paths =
            ["", "/new?workspace=default", "/sweeps"].map { ScreenFixture.base + $0 }
            + ["", "rotate", "revoke", "disable", "trail"].map { fixture.path(key, $0) }
        for path in paths {
            let page = try await fixture.browser.get(path)
            #expect(page.status == 200, "\(path): \(page.words)")
            for start in page.text.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
                #expect(!start.contains(" style=") && !start.contains(" on"), "\(path): \(start)")
                #expect(!start.contains("://"), "\(path): \(start)")
            }
        }
    }

    private static func hash(_ text: String) -> String {
        Data(SHA256.hash(data: Array(text.utf8))).base64EncodedString()
    }
}
