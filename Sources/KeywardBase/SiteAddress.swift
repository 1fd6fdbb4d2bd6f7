/// The address of a web site: a scheme that encrypts, a host, and the port if it is not the usual one (RFC 6454).
package struct SiteAddress: Hashable, Sendable {
    /// The host, and the port unless it is 443: as browsers send it in the Host field.
    package let authority: String

    /// As in the Origin field: `https://keys.example.com`.
    package var origin: String { Self.scheme + authority }

    private static let scheme = "https://"

    /// Parses an origin; `nil` unless it is `https://` and a host in lower case, with a port or without.
    package init?(origin: String) {
        guard origin.hasPrefix(Self.scheme) else { return nil }
        self.init(authority: String(origin.dropFirst(Self.scheme.count)))
    }

    /// Parses a host with a port or without: `keys.example.com`, `keys.example.com:8443`.
    package init?(authority: String) {
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, parts.count <= 2, Self.isHost(host) else { return nil }
        if parts.count == 2 {
            // Browsers leave the usual port out.
            guard let port = UInt16(parts[1]), String(port) == parts[1], port > 0, port != 443 else { return nil }
        }
        self.authority = authority
    }

    /// Whether a text is an absolute path without a slash at its end, of unreserved characters (RFC 3986, 2.3).
    package static func isPath(_ text: String) -> Bool {
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count >= 2, segments[0].isEmpty else { return false }
        return segments.dropFirst().allSatisfy { segment in
            !segment.isEmpty && ![".", ".."].contains(segment)
                && segment.utf8.allSatisfy { isLetter($0 | 0x20) || isDigit($0) || "-._~".utf8.contains($0) }
        }
    }

    /// Labels of letters, digits and dashes (RFC 1123, 2.1).
    private static func isHost(_ text: Substring) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.utf8.first != dash && label.utf8.last != dash
                    && label.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == dash }
            }
    }

    private static let dash = UInt8(ascii: "-")

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
