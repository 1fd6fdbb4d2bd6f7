package import NIOHTTP1

/// The request of the proxy's client: its method and its target, as the proxy passes them on.
package struct OriginalRequest: Hashable, Sendable {
    package var method: String
    package var target: String

    /// `nil` unless the proxy's own place has exactly one of each.
    package init?(_ head: HTTPRequestHead, _ fields: RequestFields, from proxy: ProxyKind) {
        switch proxy.source {
        case .requestLine: (method, target) = (head.method.rawValue, head.uri)
        case .headers:
            guard let method = fields.method.single, let target = fields.target.single else { return nil }
            (self.method, self.target) = (method, target)
        }
    }
}
