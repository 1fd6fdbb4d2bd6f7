import KeywardBase
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
            address: {header: X-Forwarded-For, trustedProxies: [10.0.0.0/8]}
            preflight: true
            failOpen: true
            listen: 127.0.0.1:9180
            allowUsers: [traefik]
            rules:
              - {path: /orders/, methods: [GET, HEAD], scopes: [orders:read, crm:read]}
              - path: /exports
                cost: 0
                limits: {exports: 1000000, ex-2: 0}
              - path: /
            """)
        var expected = Site(
            name: "shop", proxy: .traefik,
            rules: [
                Rule(prefix: "/orders", methods: ["GET", "HEAD"], scopes: ["crm:read", "orders:read"]),
                Rule(prefix: "/exports", cost: 0, limits: ["exports": 1_000_000, "ex-2": 0]), Rule(prefix: ""),
            ])
        expected.workspace = "acme"
        expected.places = KeyPlaces(bearer: false, basic: .password, queryParameter: "api_key")
        expected.identity = [.keyId, .owner]
        expected.clientAddress = ClientAddress(
            header: "X-Forwarded-For", trustedProxies: [try #require(AddressBlock("10.0.0.0/8"))])
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
        ("proxy: nginx\naddress: {}\nrules:\n  - path: /\n", "'address.header' is missing"),
        ("proxy: nginx\naddress: {header: a b}\nrules:\n  - path: /\n", "must be the name of a header"),
        ("proxy: nginx\naddress: {header: X-Keyward-Name}\nrules:\n  - path: /\n", "must be the name of a header"),
        (
            "proxy: nginx\naddress:\n  header: a\n  trustedProxies: [10.0.0.1/8]\nrules:\n  - path: /\n",
            "shop.yaml:4:3: 'address.trustedProxies' has '10.0.0.1/8'"
        ),
        (
            "proxy: nginx\nrules:\n  - path: /\n    addresses: [10.0.0.0/8]\n",
            "shop.yaml:4:5: unknown member 'addresses' in 'rules[1]'"
        ),
        ("proxy: nginx\nrules:\n  - path: /\n    cost: 1000001\n", "from 0 to 1000000"),
        ("proxy: nginx\nrules:\n  - path: /\n    cost: -1\n", "'rules[1].cost' must be a whole number"),
        ("proxy: nginx\nrules:\n  - {path: /, limits: [a]}\n", "'rules[1].limits' must be a section, not a list"),
        (
            "proxy: nginx\nrules:\n  - path: /\n    limits:\n      Exports: 1\n",
            "shop.yaml:5:7: 'rules[1].limits' has 'Exp"
        ),
        ("proxy: nginx\nrules:\n  - {path: /, limits: {a-: 1}}\n", "'rules[1].limits' has 'a-'"),
        (
            "proxy: nginx\nrules:\n  - path: /\n    limits:\n      a:\n",
            "shop.yaml:5:7: 'rules[1].limits' has no cost for 'a'"
        ),
        ("proxy: nginx\nrules:\n  - {path: /, limits: {a: -1}}\n", "'rules[1].limits.a' must be a whole number from 0"),
        (
            "proxy: nginx\nrules:\n  - {path: /, limits: {\((1...17).map { "a\($0): 1" }.joined(separator: ", "))}}\n",
            "'rules[1].limits' must have at most 16 members"
        ),
        ("proxy: nginx\nrules:\n  - path: /\n    scope: [a]\n", "did you mean 'scopes'?"),
        (
            "proxy: iis\nrules:\n  - path: /\n",
            "shop.yaml:1:8: 'proxy' must be nginx, caddy, traefik, envoy, haproxy or"
        ),
        ("proxy: apache2\nrules:\n  - path: /\n", "or apache; did you mean 'apache'?"),
        ("Proxy: nginx\nrules:\n  - path: /\n", "shop.yaml:1:1: unknown member 'Proxy' in the top level; did you mean"),
        ("proxy: traefik\nrules:\n  - path: /\n", "'listen' is missing: Traefik cannot connect to a Unix socket"),
        ("proxy: nginx\nrules: []\n", "shop.yaml:2:1: 'rules' needs at least one rule"),
        ("proxy: nginx\nrules:\n", "shop.yaml:2:1: 'rules' is missing"),
        ("proxy: nginx\nrules:\n  path: /\n", "must be a list, in which each element begins with '- path: /orders'"),
        ("proxy: nginx\nrules:\n  - /orders\n", "shop.yaml:3:5: 'rules[1]' must be a section that begins with 'path: "),
        (
            "proxy: nginx\nrules:\n  - path: /orders/*\n",
            "shop.yaml:3:5: 'rules[1].path' has '*', and paths are no patterns"
        ),
        ("proxy: nginx\nrules:\n  - path: /orders/{id}\n", "has '{'"),
        ("proxy: nginx\nrules:\n  - {path: /, methods: 'GET, POST'}\n", #"must be a list: ["GET", "POST"]"#),
        ("proxy: nginx\nrules:\n  - path: /\n    scopes: [orders: read]\n", "A text with ': ' needs quotes"),
        ("rules:\n  - path: /\n", "'proxy' is missing"), ("proxy: nginx\n", "'rules' is missing"),
        ("", "'proxy' is missing"), ("proxy: nginx\nrules:\n  - methods: [GET]\n", "shop.yaml:3:5: 'rules[1].path'"),
        ("proxy: nginx\nrules:\n  - path: orders\n", "shop.yaml:3:5: 'rules[1].path' must be a plain path"),
        ("proxy: nginx\nrules:\n  - path: /a/../b\n", "must be a plain path"),
        ("proxy: nginx\nrules:\n  - path: /a%20b\n", "must be a plain path"),
        (
            "proxy: nginx\nrules:\n  - path: /\n    methods: [get]\n",
            "shop.yaml:4:5: 'rules[1].methods' must be methods in"
        ),
        ("proxy: nginx\nrules:\n  - path: /\n    scopes: ['a*']\n", "shop.yaml:4:5: 'rules[1].scopes' has 'a*'."),
        ("proxy: nginx\nrules:\n  - path: /\n  - path: /a\n", "shop.yaml:4:5: 'rules[2]' never decides"),
        ("proxy: nginx\nrules:\n  - path: /\n  - path: /a\n", "Move it up"),
        ("proxy: nginx\nrules:\n  - path: /a\n  - path: /a\n", "Remove one of them"),
        ("proxy: nginx\nkey: {bearer: false, apiKeyHeader: false}\nrules:\n  - path: /\n", "names no place"),
        (
            "proxy: nginx\nheaders: [email]\nrules:\n  - path: /\n",
            "shop.yaml:2:1: 'headers' has 'email'. It must be some of"
        ),
        ("proxy: nginx\nheaders: [keyid]\nrules:\n  - path: /\n", "did you mean 'keyId'?"),
        (
            "proxy: nginx\nkey: {queryParameter: api key}\nrules:\n  - path: /\n",
            "shop.yaml:2:7: 'key.queryParameter' must"
        ),
        ("proxy: nginx\nlisten: 0.0.0.0:80\nrules:\n  - path: /\n", "must be 127.0.0.1:PORT"),
        ("proxy: nginx\nlisten: 127.0.0.1:80\nrules:\n  - path: /\n", "needs 'allowUsers'"),
        ("proxy: nginx\nallowUsers: [traefik]\nrules:\n  - path: /\n", "needs 'listen'"),
        ("proxy: nginx\nlisten: '[::1]:80'\nallowUsers: [nobody-here]\nrules:\n  - path: /\n", "is not an account"),
        ("proxy: nginx\nproxy: caddy\nrules:\n  - path: /\n", "shop.yaml:2:1: member 'proxy' appears twice"),
        ("proxy: nginx\nrules:\n  - path: /\n# no\nproxy: caddy\n", "shop.yaml:5:1: member 'proxy' appears twice"),
        ("proxy: nginx\nrules:\n  - path: /\n    scopes: [a]\n    path: /b\n", "shop.yaml:5:5: member 'path' appears"),
        (
            "proxy: nginx\nrules:\n  - scopes: [a]\n    path: /b\n  - path: /c\nrules: []\n",
            "shop.yaml:6:1: member 'rules' appears twice"
        ),
        ("{proxy: nginx, proxy: caddy}", "member 'proxy' appears twice"), ("proxy: [", "not YAML"),
        ("proxy: nginx\nrules:\n\t- path: /\n", "shop.yaml:3:1: not YAML: indent with spaces, not with a tab"),
        ("proxy: nginx\nrules:\n  - path: /\n\tscopes: [a]\n", "shop.yaml:4:1: not YAML: indent with spaces"),
        ("proxy: nginx\r\nrules:\r\n\t- path: /\r\n", "shop.yaml:3:1: not YAML: indent with spaces"),
        ("proxy: nginx\r\nproxy: caddy\r\n", "shop.yaml:2:1: member 'proxy' appears twice"),
        ("proxy:nginx\nrules:\n  - path: /\n", "shop.yaml:2:6: not YAML: a ':' that cannot be here"),
        ("proxy: nginx\nrules:\n  - path: /a\n - path: /b\n", "shop.yaml:4:2: not YAML: the indentation differs"),
        ("proxy: nginx\nrules:\n  - path: '/\n", "the file ends within quotes or brackets"),
        ("proxy: nginx\n---\nrules:\n  - path: /\n", "'---' begins a second document"),
    ])
    func aFileWithAMistakeIsRefusedWithItsPosition(text: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(text) }
        #expect(error?.description.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func aByteOrderMarkAtTheStartIsNoMistake() throws {
        #expect(try read("\u{FEFF}proxy: nginx\nrules:\n  - path: /\n").proxy == .nginx)
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
