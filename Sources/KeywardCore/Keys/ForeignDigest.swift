import CNettle

/// What the database could have of an imported key: SHA-256 of its secret, or of a part. It is never stored.
///
/// Other systems store it, and a thief of such a copy can try guesses against it. Keyward stores an HMAC of it under the
/// pepper, which says nothing without the pepper:
///
///     HMAC(pepper, format ‖ 0 ‖ shortToken ‖ 0 ‖ SHA-256)
///
/// No native key has a zero byte, so no digest of a native key is one of an imported key.
package struct ForeignDigest: Hashable, Sendable {
    package let format: ImportFormat
    /// With ``ImportFormat/seam`` the segment before the last `_`, otherwise empty.
    package let shortToken: [UInt8]
    fileprivate let sha256: Digest

    /// - Parameter sha256: SHA-256 of what the format covers.
    package init(_ format: ImportFormat, shortToken: [UInt8] = [], sha256: Digest) {
        self.format = format
        self.shortToken = shortToken
        self.sha256 = sha256
    }

    /// The lengths of a secret that may be imported or looked up, in bytes.
    package static let secretLengths = 16...512

    /// The digest of what the format covers of a presented text; `nil` if the text has another form.
    package init?(_ format: ImportFormat, ofSecret text: UnsafeRawBufferPointer) {
        guard let parts = Self.parts(of: text, as: format) else { return nil }
        self.init(format, shortToken: Array(parts.shortToken), sha256: ContentDigest.digest(of: parts.covered))
    }

    /// The short token of a presented text, and what its SHA-256 covers; `nil` if it has not the form of the format.
    static func parts(
        of text: UnsafeRawBufferPointer, as format: ImportFormat
    ) -> (shortToken: UnsafeRawBufferPointer, covered: UnsafeRawBufferPointer)? {
        guard secretLengths.contains(text.count) else { return nil }
        switch format {
        case .sha256: return (UnsafeRawBufferPointer(start: nil, count: 0), text)
        case .seam:
            guard let end = text.lastIndex(of: separator), end + 1 < text.count else { return nil }
            let start = text[..<end].lastIndex(of: separator).map { $0 + 1 } ?? 0
            guard start < end else { return nil }
            return (
                UnsafeRawBufferPointer(rebasing: text[start..<end]),
                UnsafeRawBufferPointer(rebasing: text[(end + 1)...])
            )
        }
    }

    private static let separator = UInt8(ascii: "_")
}

extension ForeignDigest: CustomStringConvertible, CustomReflectable {
    package var description: String { "a foreign digest" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Pepper {
    /// The digest that is stored for an imported key.
    package func digest(of foreign: ForeignDigest) -> Digest {
        foreign.shortToken.withUnsafeBytes { digest(of: foreign.format, shortToken: $0, foreign.sha256) }
    }

    /// The same from the parts of a presented text. Many verifications compute it: it allocates nothing.
    func digest(of format: ImportFormat, shortToken: UnsafeRawBufferPointer, _ sha256: Digest) -> Digest {
        let word = format.word
        return withUnsafeBytes(of: sha256.words) { hash in
            withUnsafeBytes(of: UInt8(0)) { zero in
                digest(ofPieces: 5) { index in
                    switch index {
                    case 0: UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
                    case 2: shortToken
                    case 4: hash
                    default: zero
                    }
                }
            }
        }
    }
}

extension ContentDigest {
    /// SHA-256 of `bytes`.
    static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var content = ContentDigest()
        content.add(bytes)
        return content.digest()
    }
}
