package import NIOHTTP1

/// The request of the proxy's client: its method and its target, as the proxy passes them on.
package struct OriginalRequest: Hashable, Sendable {
    package var method: String
    package var target: String

    /// `nil` unless the proxy's own place has exactly one of each.
    package init?(_ head: HTTPRequestHead, from proxy: ProxyKind) {
        switch proxy.source {
        case .requestLine: (method, target) = (head.method.rawValue, head.uri)
        case .headers(let methodName, let targetName):
            guard let method = head.headers.single(methodName), let target = head.headers.single(targetName) else {
                return nil
            }
            (self.method, self.target) = (method, target)
        }
    }
}

extension HTTPHeaders {
    /// The value of a field with exactly one line.
    func single(_ name: String) -> String? {
        let lines = self[name]
        return lines.count == 1 ? lines[0] : nil
    }
}
