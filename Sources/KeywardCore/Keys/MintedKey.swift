/// A new key. It can be shown once: showing consumes it.
package struct MintedKey: ~Copyable {
    /// The public part.
    package let prefix: String
    fileprivate let bytes: [UInt8]

    /// Mints a key under `tag`, which must be a tag (``KeyFormat/isTag(_:)``).
    package init(tag: String, using generator: inout some RandomNumberGenerator) {
        precondition(KeyFormat.isTag(tag.utf8))
        let id = Base62.random(KeyFormat.idLength, using: &generator)
        let secret = Base62.random(KeyFormat.secretLength, using: &generator)
        prefix = tag + "_" + String(decoding: id, as: UTF8.self)
        let covered = Array(prefix.utf8) + [UInt8(ascii: "_")] + secret
        let check = Base62.sixDigits(of: covered.withUnsafeBytes { CRC32.checksum($0) })
        bytes = covered + check.indices.map { check[$0] }
    }

    /// The digest to store.
    package borrowing func digest(under pepper: Pepper) -> Digest {
        bytes.withUnsafeBytes { pepper.digest(of: $0) }
    }

    /// The whole key, for the reply to its creator.
    package consuming func show() -> ShownSecret {
        ShownSecret(text: String(decoding: bytes, as: UTF8.self))
    }
}

/// A whole key for a reply. It does not print.
package struct ShownSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let text: String

    fileprivate init(text: String) {
        self.text = text
    }

    package var description: String { "a secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
