import KeywardSettings
import Testing

@testable import KeywardGateway

struct SiteFileTests {
    private func read(_ text: String) throws(ConfigurationError) -> Site {
        try SiteFile(file: "shop.yaml", name: "shop", uid: { ["traefik": 990][$0] }).read(text)
    }

    @Test func aWholeFileIsRead() throws {
        let site = try read(
            """
            proxy: traefik
            workspace: acme
            key: {bearer: false, apiKeyHeader: true, basic: password, queryParameter: api_key}
            headers: [keyId, owner]
            preflight: true
            failOpen: true
            listen: 127.0.0.1:9180
            allowUsers: [traefik]
            rules:
              - {path: /orders/, methods: [GET, HEAD], scopes: [orders:read, crm:read]}
              - path: /
            """)
        var expected = Site(
            name: "shop", proxy: .traefik,
            rules: [
                Rule(prefix: "/orders", methods: ["GET", "HEAD"], scopes: ["crm:read", "orders:read"]),
                Rule(prefix: ""),
            ])
        expected.workspace = "acme"
        expected.places = KeyPlaces(bearer: false, basic: .password, queryParameter: "api_key")
        expected.identity = [.keyId, .owner]
        (expected.passesPreflights, expected.failsOpen) = (true, true)
        expected.loopback = LoopbackListener(address: "127.0.0.1", port: 9_180, uids: [990])
        #expect(site == expected)
    }

    @Test func withoutMoreASiteIsStrict() throws {
        let site = try read("proxy: nginx\nrules:\n  - path: /\n")
        #expect(site.workspace == "default" && !site.failsOpen && !site.passesPreflights && site.loopback == nil)
        #expect(site.places == KeyPlaces(bearer: true, apiKeyHeader: true))
        #expect(site.identity == Set(IdentityHeader.allCases))
    }

    @Test(arguments: [
        ("proxy: nginx\nlimits:\n  orders: 3\nrules:\n  - path: /\n", "shop.yaml:2:1: unknown member 'limits'"),
        ("proxy: nginx\naddress: X-Real-IP\nrules:\n  - path: /\n", "shop.yaml:2:1: unknown member 'address'"),
        ("proxy: nginx\nrules:\n  - path: /\n    cost: 2\n", "shop.yaml:4:5: unknown member 'cost' in 'rules[1]'"),
        ("proxy: nginx\nrules:\n  - path: /\n    scope: [a]\n", "did you mean 'scopes'?"),
        ("proxy: iis\nrules:\n  - path: /\n", "shop.yaml:1:8: 'proxy' must be nginx or caddy"),
        ("rules:\n  - path: /\n", "'proxy' is missing"), ("proxy: nginx\n", "'rules' is missing"),
        ("", "'proxy' is missing"), ("proxy: nginx\nrules:\n  - methods: [GET]\n", "shop.yaml:3:5: 'rules[1].path'"),
        ("proxy: nginx\nrules:\n  - path: orders\n", "shop.yaml:3:5: 'rules[1].path' must be a plain path"),
        ("proxy: nginx\nrules:\n  - path: /a/../b\n", "must be a plain path"),
        ("proxy: nginx\nrules:\n  - path: /a%20b\n", "must be a plain path"),
        ("proxy: nginx\nrules:\n  - {path: /, methods: [get]}\n", "must be methods in capitals"),
        ("proxy: nginx\nrules:\n  - {path: /, scopes: ['a*']}\n", "without '*'"),
        ("proxy: nginx\nrules:\n  - path: /\n  - path: /a\n", "shop.yaml:4:5: 'rules[2]' never decides"),
        ("proxy: nginx\nkey: {bearer: false, apiKeyHeader: false}\nrules:\n  - path: /\n", "names no place"),
        ("proxy: nginx\nheaders: [email]\nrules:\n  - path: /\n", "'headers' must be some of keyId"),
        ("proxy: nginx\nlisten: 0.0.0.0:80\nrules:\n  - path: /\n", "must be 127.0.0.1:PORT"),
        ("proxy: nginx\nlisten: 127.0.0.1:80\nrules:\n  - path: /\n", "needs 'allowUsers'"),
        ("proxy: nginx\nallowUsers: [traefik]\nrules:\n  - path: /\n", "needs 'listen'"),
        ("proxy: nginx\nlisten: '[::1]:80'\nallowUsers: [nobody-here]\nrules:\n  - path: /\n", "is not an account"),
        ("proxy: nginx\nproxy: caddy\nrules:\n  - path: /\n", "appears twice"), ("proxy: [", "not YAML"),
    ])
    func aFileWithAMistakeIsRefusedWithItsPosition(text: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(text) }
        #expect(error?.description.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test(arguments: [
        (Rule(prefix: "/a"), Rule(prefix: "/a/b"), true), (Rule(prefix: "/a"), Rule(prefix: "/ab"), false),
        (Rule(prefix: ""), Rule(prefix: "/x", methods: ["GET"]), true),
        (Rule(prefix: "", methods: ["GET"]), Rule(prefix: "/x"), false),
        (Rule(prefix: "", methods: ["GET", "PUT"]), Rule(prefix: "/x", methods: ["GET"]), true),
        (Rule(prefix: "/a/b"), Rule(prefix: "/a"), false),
    ])
    func aRuleCoversWhatItAlwaysMatches(rule: Rule, other: Rule, covers: Bool) {
        #expect(rule.covers(other) == covers)
    }
}
