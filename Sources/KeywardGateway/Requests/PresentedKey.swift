internal import KeywardBase
package import NIOHTTP1

/// The key that a request presents.
package enum PresentedKey: Hashable, Sendable {
    case none
    /// Whole and unchecked.
    case one(String)
    /// Two keys, two `Authorization` lines, or credentials that cannot be read.
    case ambiguous

    package init(_ headers: HTTPHeaders, query: String?, places: KeyPlaces) {
        let authorization = headers["Authorization"]
        guard authorization.count < 2 else {
            self = .ambiguous
            return
        }
        var keys: Set<String> = []
        if let line = authorization.first, let found = Self.inAuthorization(line, places) {
            guard let key = found.key, !key.isEmpty else {
                self = .ambiguous
                return
            }
            keys.insert(key)
        }
        if places.apiKeyHeader { keys.formUnion(headers["X-API-Key"].filter { !$0.isEmpty }) }
        if let name = places.queryParameter, let query { keys.formUnion(Self.values(of: name, in: query)) }
        switch keys.count {
        case 0: self = .none
        case 1: self = .one(keys.removeFirst())
        default: self = .ambiguous
        }
    }

    /// The key of a scheme that the site uses; `nil` for another scheme. The key itself is `nil` if it is unreadable.
    private static func inAuthorization(_ line: String, _ places: KeyPlaces) -> (key: String?, Void)? {
        let end = line.utf8.firstIndex(of: UInt8(ascii: " ")) ?? line.endIndex
        let credentials = line[end...].drop { $0 == " " }
        switch line[..<end].lowercased() {
        case "bearer" where places.bearer: return (String(credentials), ())
        case "basic":
            guard let half = places.basic else { return nil }
            return (key(half, of: credentials), ())
        default: return nil
        }
    }

    private static func key(_ half: KeyPlaces.BasicHalf, of credentials: Substring) -> String? {
        guard let bytes = Base64.bytes(credentials), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            return nil
        }
        let key = half == .user ? bytes[..<colon] : bytes[(colon + 1)...]
        return String(validating: key, as: UTF8.self)
    }

    /// The values of a parameter. Keys have no character that a query must encode, so an encoded one is not a key.
    private static func values(of name: String, in query: String) -> [String] {
        query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 && parts[0] == name && !parts[1].isEmpty ? String(parts[1]) : nil
        }
    }
}
