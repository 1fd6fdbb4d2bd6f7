internal import KeywardBase

/// The key that a request presents.
package enum PresentedKey: Hashable, Sendable {
    case none
    /// Whole and unchecked.
    case one(String)
    /// Two keys, two `Authorization` lines, or credentials that cannot be read.
    case ambiguous

    package init(_ fields: RequestFields, query: String?, places: KeyPlaces) {
        self = .none
        guard fields.authorization.others.isEmpty else {
            self = .ambiguous
            return
        }
        if let line = fields.authorization.first { addAuthorization(line, places) }
        if places.apiKeyHeader {
            // Some proxies send an empty header for an absent one.
            if let line = fields.apiKey.first, !line.isEmpty { add(line) }
            for line in fields.apiKey.others where !line.isEmpty { add(line) }
        }
        if let name = places.queryParameter, let query { Self.values(of: name, in: query).forEach { add($0) } }
    }

    private mutating func add(_ key: String) {
        switch self {
        case .none: self = .one(key)
        case .one(let other) where other == key: break
        default: self = .ambiguous
        }
    }

    /// Adds the key of a scheme that the site uses. Other schemes are for the service.
    private mutating func addAuthorization(_ line: String, _ places: KeyPlaces) {
        let end = line.utf8.firstIndex(of: UInt8(ascii: " ")) ?? line.utf8.endIndex
        let credentials = line[end...].drop { $0 == " " }
        let key: String?
        switch line[..<end].lowercased() {
        case "bearer" where places.bearer: key = String(credentials)
        case "basic":
            guard let half = places.basic else { return }
            key = Self.key(half, of: credentials)
        default: return
        }
        if let key, !key.isEmpty { add(key) } else { self = .ambiguous }
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
