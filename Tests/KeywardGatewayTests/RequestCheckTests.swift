import NIOHTTP1
import Testing

@testable import KeywardGateway

struct RequestCheckTests {
    private static func site(_ proxy: ProxyKind = .nginx, _ change: (inout Site) -> Void = { _ in }) -> Site {
        var site = Site(
            name: "shop", proxy: proxy,
            rules: [
                Rule(prefix: "/orders", methods: ["GET"], scopes: ["orders:read"]), Rule(prefix: "/orders"),
                Rule(prefix: "/crm", methods: ["POST"]),
            ])
        change(&site)
        return site
    }

    private func outcome(
        _ headers: [(String, String)], method: HTTPMethod = .GET, uri: String = "/", site: Site = site()
    ) -> RequestCheck.Outcome {
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: HTTPHeaders(headers))
        let check = RequestCheck(site)
        return check.outcome(head, check.fields(head.headers))
    }

    private static let target = [("X-Original-Method", "GET"), ("X-Original-URI", "/orders/7")]

    @Test(arguments: [
        ([("Authorization", "Bearer k")], RequestCheck.Outcome.verify(key: "k", rule: 0)),
        ([("authorization", "bearer   k")], .verify(key: "k", rule: 0)),
        ([("X-API-Key", "k")], .verify(key: "k", rule: 0)),
        ([("X-API-Key", "k"), ("Authorization", "Bearer k")], .verify(key: "k", rule: 0)),
        ([("X-API-Key", "k"), ("X-API-Key", "k")], .verify(key: "k", rule: 0)),
        ([("X-API-Key", "k"), ("Authorization", "Basic YTpi")], .verify(key: "k", rule: 0)),
        ([], .refused(.noKey)), ([("X-API-Key", "")], .refused(.noKey)),
        ([("Authorization", "Basic YTpi")], .refused(.noKey)), ([("Cookie", "key=k")], .refused(.noKey)),
        ([("X-API-Key", "k"), ("Authorization", "Bearer l")], .refused(.ambiguousKey)),
        ([("X-API-Key", "k"), ("X-API-Key", "l")], .refused(.ambiguousKey)),
        ([("Authorization", "Bearer k"), ("Authorization", "Bearer k")], .refused(.ambiguousKey)),
        ([("Authorization", "Bearer")], .refused(.ambiguousKey)),
        ([("Content-Length", "5"), ("X-API-Key", "k")], .refused(.announcedBody)),
        ([("Content-Length", "0"), ("X-API-Key", "k")], .verify(key: "k", rule: 0)),
        ([("Content-Length", "00"), ("X-API-Key", "k")], .refused(.announcedBody)),
        ([("Transfer-Encoding", "chunked"), ("X-API-Key", "k")], .refused(.announcedBody)),
        ([("X-API-Key", String(repeating: "k", count: 1_025))], .refused(.invalidKey(.malformed))),
    ])
    func theKeyIsFoundInItsPlaces(headers: [(String, String)], expected: RequestCheck.Outcome) {
        #expect(outcome(Self.target + headers) == expected)
    }

    @Test(arguments: [
        ("GET", "/orders", RequestCheck.Outcome.verify(key: "k", rule: 0)),
        ("POST", "/orders", .verify(key: "k", rule: 1)),
        ("POST", "/crm/x", .verify(key: "k", rule: 2)), ("GET", "/crm/x", .refused(.noRule)),
        ("get", "/crm/x", .refused(.noRule)), ("GET", "/", .refused(.noRule)), ("GET", "/ordersx", .refused(.noRule)),
        ("GET", "/orders/../crm", .refused(.path(.dotSegment))),
    ])
    func theFirstRuleThatMatchesDecides(method: String, path: String, expected: RequestCheck.Outcome) {
        let headers = [("X-Original-Method", method), ("X-Original-URI", path), ("X-API-Key", "k")]
        #expect(outcome(headers) == expected)
    }

    @Test(arguments: ProxyKind.allCases)
    func theTargetComesFromOnePlaceOnly(proxy: ProxyKind) {
        let all = [
            ("X-Original-Method", "GET"), ("X-Original-URI", "/orders"), ("X-Forwarded-Method", "GET"),
            ("X-Forwarded-Uri", "/orders"), ("X-API-Key", "k"),
        ]
        let own: Set<String>
        switch proxy.source {
        case .requestLine: own = []
        case .headers(let method, let target): own = [method, target]
        }
        let others = all.filter { !own.contains($0.0) }
        let uri = own.isEmpty ? "/crm" : "/orders"
        let site = Self.site(proxy)
        // The other places say /orders; its own says nothing, or /crm.
        let refusal: Refusal = own.isEmpty ? .noRule : .missingTarget
        #expect(outcome(others, uri: uri, site: site) == .refused(refusal))
        #expect(outcome(all, uri: "/orders", site: site) == .verify(key: "k", rule: 0))
        for name in own {
            #expect(outcome(all + [(name, "/orders")], site: site) == .refused(.missingTarget), "two of \(name)")
        }
    }

    @Test func theHalfOfBasicIsTheSitesChoice() {
        // kw_u:kw_p
        let headers = Self.target + [("Authorization", "Basic a3dfdTprd19w")]
        let user = Self.site { $0.places.basic = .user }
        let password = Self.site { $0.places.basic = .password }
        #expect(outcome(headers, site: user) == .verify(key: "kw_u", rule: 0))
        #expect(outcome(headers, site: password) == .verify(key: "kw_p", rule: 0))
        for bad in ["!!", "YQ==", "YQ", ""] {
            let headers = Self.target + [("Authorization", "Basic \(bad)")]
            #expect(outcome(headers, site: user) == .refused(.ambiguousKey), "\(bad)")
        }
    }

    @Test func aQueryHasTheKeyOnlyIfTheSiteSaysSo() {
        let headers = [("X-Original-Method", "GET"), ("X-Original-URI", "/orders?a=1&key=k&b")]
        #expect(outcome(headers) == .refused(.noKey))
        let site = Self.site { $0.places.queryParameter = "key" }
        #expect(outcome(headers, site: site) == .verify(key: "k", rule: 0))
        #expect(outcome(headers + [("X-API-Key", "l")], site: site) == .refused(.ambiguousKey))
    }

    @Test func aPreflightPassesOnlyWhereTheSiteAndARuleSaySo() {
        func preflight(_ path: String, _ method: String) -> [(String, String)] {
            [
                ("X-Original-Method", "OPTIONS"), ("X-Original-URI", path), ("Origin", "https://a"),
                ("Access-Control-Request-Method", method),
            ]
        }
        let site = Self.site { $0.passesPreflights = true }
        #expect(outcome(preflight("/crm", "POST")) == .refused(.noRule))
        #expect(outcome(preflight("/crm", "POST"), site: site) == .preflight)
        #expect(outcome(preflight("/crm", "GET"), site: site) == .refused(.noRule))
        // A proxy makes one line of two.
        #expect(outcome(preflight("/orders", "GET,POST"), site: site) == .refused(.noKey))
        #expect(outcome(preflight("/none", "GET"), site: site) == .refused(.noRule))
        #expect(outcome(preflight("/orders", "POST").filter { $0.0 != "Origin" }, site: site) == .refused(.noKey))
    }
}
