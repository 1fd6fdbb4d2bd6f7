/// The program in front of a gateway. It decides where the original method and path of a request are.
package enum ProxyKind: String, CaseIterable, Sendable {
    case nginx, caddy, traefik, envoy, haproxy, apache

    /// Where the proxy puts the request of its client. The gateway ignores every other place.
    package enum Source: Hashable, Sendable {
        /// The two headers, each with exactly one line.
        case headers(method: String, target: String)
        /// The request line itself: the proxy repeats the client's.
        case requestLine
    }

    /// Of Caddy's `forward_auth`, Traefik's ForwardAuth and Envoy's `ext_authz` as they are built; of the others as the
    /// examples configure them.
    package var source: Source {
        switch self {
        case .nginx, .haproxy, .apache: .headers(method: "X-Original-Method", target: "X-Original-URI")
        case .caddy, .traefik: .headers(method: "X-Forwarded-Method", target: "X-Forwarded-Uri")
        case .envoy: .requestLine
        }
    }

    /// Whether the proxy passes only 401 and 403 on to its client, and answers 500 for any other refusal. Then the
    /// status is 403, and the real one is in X-Keyward-Status. (ngx_http_auth_request_module)
    package var passesOnlyForbidden: Bool { self == .nginx }
}
