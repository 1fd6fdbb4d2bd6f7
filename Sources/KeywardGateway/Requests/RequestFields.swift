package import NIOHTTP1

/// The header fields that a gateway looks at, found in one pass: every request takes it.
package struct RequestFields: Hashable, Sendable {
    /// The lines of one field.
    package struct Lines: Hashable, Sendable {
        package private(set) var first: String?
        /// Those after the first.
        package private(set) var others: [String] = []

        mutating func append(_ line: String) {
            if first == nil { first = line } else { others.append(line) }
        }

        /// The value of a field with exactly one line.
        package var single: String? { others.isEmpty ? first : nil }
    }

    package private(set) var authorization = Lines()
    package private(set) var apiKey = Lines()
    /// The proxy's own fields for the method and the target of its client's request.
    package private(set) var method = Lines()
    package private(set) var target = Lines()
    /// The field of the client's address.
    package private(set) var address = Lines()
    /// Whether the request has, or may have, a body (RFC 9112, section 6).
    package private(set) var announcesBody = false
    /// Whether it asks for another protocol.
    package private(set) var asksForUpgrade = false

    /// - Parameter addressHeader: the name of the field of the client's address.
    package init(_ headers: HTTPHeaders, of proxy: ProxyKind, addressHeader: String? = nil) {
        let source = proxy.source
        for (name, value) in headers {
            switch name.utf8.count {
            case 7 where Self.equal(name, "Upgrade"): asksForUpgrade = true
            case 9 where Self.equal(name, "X-API-Key"): apiKey.append(value)
            case 13 where Self.equal(name, "Authorization"): authorization.append(value)
            case 14 where Self.equal(name, "Content-Length"): if value != "0" { announcesBody = true }
            case 17 where Self.equal(name, "Transfer-Encoding"): announcesBody = true
            default:
                if let addressHeader, Self.equal(name, addressHeader) { address.append(value) }
                guard case .headers(let methodName, let targetName) = source else { continue }
                if Self.equal(name, methodName) { method.append(value) }
                if Self.equal(name, targetName) { target.append(value) }
            }
        }
    }

    /// Whether two names of fields are the same. In a name, bit 5 distinguishes only the cases of a letter (RFC 9110,
    /// section 5.6.2, tchar).
    private static func equal(_ name: String, _ other: String) -> Bool {
        name.utf8.count == other.utf8.count && zip(name.utf8, other.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
}
