import KeywardBase
package import KeywardCore
package import KeywardProtocol

/// Checks the rows of an import beyond their types, each by itself. The messages never repeat a value.
package enum ImportCheck {
    /// The row for the core, or why it is refused.
    package static func row(_ key: ForeignKey, as form: ImportForm) -> Result<ImportRow, ParamsFault> {
        do throws(ParamsFault) {
            let terms = key.terms
            try KeyAttributes.check(terms)
            try AllowanceChanges.check(terms)
            let digest = try digest(of: key, as: form)
            try foreignPrefix(of: key)
            return .success(
                ImportRow(
                    name: key.name, digest: digest,
                    foreignPrefix: key.foreignPrefix ?? key.secret.map(derivedPrefix),
                    expiresAt: key.expiresAt.map { Instant($0) }, attributes: KeyAttributes(terms),
                    allowance: AllowanceChanges(terms)))
        } catch {
            return .failure(error)
        }
    }

    // MARK: The secret or its digest

    private static func digest(of key: ForeignKey, as form: ImportForm) throws(ParamsFault) -> ForeignDigest {
        switch form {
        case .secret:
            try absent(key.digest, "digest", with: form)
            try absent(key.shortToken, "shortToken", with: form)
            return try digest(ofSecret: key.secret)
        case .seam:
            try absent(key.secret, "secret", with: form)
            guard let token = key.shortToken, isShortToken(token) else {
                throw ParamsFault(
                    param: "shortToken", "`shortToken` must be 1 to 64 printable ASCII characters without '_'.")
            }
            return ForeignDigest(.seam, shortToken: Array(token.utf8), sha256: try sha256(key.digest))
        default:
            try absent(key.secret, "secret", with: form)
            try absent(key.shortToken, "shortToken", with: form)
            return ForeignDigest(.sha256, sha256: try sha256(key.digest))
        }
    }

    private static func absent(_ value: String?, _ param: String, with form: ImportForm) throws(ParamsFault) {
        guard value != nil else { return }
        throw ParamsFault(param: param, "`\(param)` has no meaning with the format \(form).")
    }

    private static func digest(ofSecret secret: String?) throws(ParamsFault) -> ForeignDigest {
        let bytes = Array((secret ?? "").utf8)
        guard ForeignDigest.secretLengths.contains(bytes.count), bytes.allSatisfy(isPrintable) else {
            throw ParamsFault(param: "secret", "`secret` must be 16 to 512 printable ASCII characters.")
        }
        guard !KeyFormat.occurs(in: bytes) else {
            throw ParamsFault(
                param: "secret",
                "`secret` has the form of a Keyward key. Import it by its SHA-256, or create a new key.")
        }
        guard let digest = bytes.withUnsafeBytes({ ForeignDigest(.sha256, ofSecret: $0) }) else {
            throw ParamsFault(param: "secret", "`secret` has the wrong length.")
        }
        return digest
    }

    private static func sha256(_ text: String?) throws(ParamsFault) -> Digest {
        let text = text ?? ""
        if let hash = slowHash(text) {
            throw ParamsFault(
                param: "digest",
                "`digest` is a hash of \(hash), which takes some 100 ms to check: too long for a verification. "
                    + "Import the secret instead, or create a new key.")
        }
        let bytes = text.utf8.count == 64 ? HexDigits.bytes(Array(text.utf8)) : Base64.bytes(text)
        guard let digest = bytes.flatMap({ Digest(bytes: $0) }) else {
            throw ParamsFault(
                param: "digest", "`digest` must be SHA-256, as 64 hexadecimal digits or as Base64 with its padding.")
        }
        return digest
    }

    /// The function of a password hash, by how such hashes begin; `nil` for other texts.
    private static func slowHash(_ text: String) -> String? {
        let starts = [
            ("bcrypt", ["$2a$", "$2b$", "$2x$", "$2y$", "$bcrypt"]), ("argon2", ["$argon2", "argon2"]),
            ("scrypt", ["$scrypt$", "$7$", "scrypt:", "scrypt$", "$s0$"]),
            ("PBKDF2", ["$pbkdf2", "pbkdf2:", "pbkdf2_"]), ("yescrypt", ["$y$"]), ("crypt", ["$5$", "$6$", "$1$"]),
        ]
        return starts.first { $0.1.contains { text.hasPrefix($0) } }?.0
    }

    private static func isShortToken(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { isPrintable($0) && $0 != UInt8(ascii: "_") }
    }

    /// Whether a byte is a printable ASCII character other than a space.
    private static func isPrintable(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    // MARK: The prefix for people

    /// A prefix that shows more than a quarter of the secret would be of use to a thief.
    private static func foreignPrefix(of key: ForeignKey) throws(ParamsFault) {
        guard let prefix = key.foreignPrefix else { return }
        guard (1...64).contains(prefix.utf8.count), prefix.utf8.allSatisfy(isPrintable) else {
            throw ParamsFault(
                param: "foreignPrefix", "`foreignPrefix` must be 1 to 64 printable ASCII characters.")
        }
        guard let secret = key.secret, prefix.utf8.count > secret.utf8.count / 4 else { return }
        throw ParamsFault(param: "foreignPrefix", "`foreignPrefix` must be at most a quarter of the secret.")
    }

    /// The secret up to its last `_`, otherwise its first four characters; at most a quarter of it.
    static func derivedPrefix(_ secret: String) -> String {
        let end = secret.utf8.lastIndex(of: UInt8(ascii: "_")).map {
            secret.utf8.distance(from: secret.startIndex, to: $0)
        }
        let count = end.flatMap { $0 > 0 ? $0 : nil } ?? 4
        return String(secret.prefix(min(count, secret.utf8.count / 4)))
    }
}
