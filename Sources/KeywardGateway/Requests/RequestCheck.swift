package import KeywardBase
package import NIOHTTP1

/// What a gateway does with a request: a pure function of the request and the site.
package struct RequestCheck: Sendable {
    package enum Outcome: Hashable, Sendable {
        /// The daemon must check this key for the rule with this index.
        case verify(key: String, rule: Int)
        case preflight
        case refused(Refusal)
    }

    private let site: Site

    /// No key is longer, in bytes.
    private static let longestKey = 1_024

    package init(_ site: Site) {
        self.site = site
    }

    /// The fields of a request that ``outcome(_:_:)`` needs.
    package func fields(_ headers: HTTPHeaders) -> RequestFields {
        RequestFields(headers, of: site.proxy, addressHeader: site.clientAddress?.header)
    }

    /// The address of the proxy's client, if the site says where it is.
    package func address(_ fields: RequestFields) -> IPAddress? { site.clientAddress?.address(in: fields.address) }

    package func outcome(_ head: HTTPRequestHead, _ fields: RequestFields) -> Outcome {
        // It would stay in the connection, and its bytes would be read as the next request.
        guard !fields.announcesBody else { return .refused(.announcedBody) }
        guard let request = OriginalRequest(head, fields, from: site.proxy) else { return .refused(.missingTarget) }
        let path: RequestPath
        do throws(RequestPath.Fault) {
            path = try RequestPath(request.target)
        } catch {
            return .refused(.path(error))
        }
        if site.passesPreflights, let method = Self.preflightMethod(request, head.headers) {
            return site.rule(method: method, path: path) == nil ? .refused(.noRule) : .preflight
        }
        guard let rule = site.rule(method: request.method, path: path) else { return .refused(.noRule) }
        switch PresentedKey(fields, query: path.query, places: site.places) {
        case .none: return .refused(.noKey)
        case .ambiguous: return .refused(.ambiguousKey)
        case .one(let key):
            return key.utf8.count <= Self.longestKey ? .verify(key: key, rule: rule) : .refused(.invalidKey(.malformed))
        }
    }

    /// The method that a CORS preflight asks for; `nil` if the request is none (Fetch standard, CORS-preflight request).
    private static func preflightMethod(_ request: OriginalRequest, _ headers: HTTPHeaders) -> String? {
        guard request.method == "OPTIONS", headers.contains(name: "Origin") else { return nil }
        let methods = headers["Access-Control-Request-Method"]
        guard methods.count == 1, methods[0].utf8.allSatisfy(isOfMethod) else { return nil }
        return methods[0]
    }

    /// Proxies join two lines with a comma.
    private static func isOfMethod(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
