internal import CNettle
internal import KeywardBase

/// The key from which a screen derives the codes of its cookies and forms.
package struct SessionKey: Sendable {
    /// What a code is for. A code for one purpose is none for the other.
    enum Purpose: String {
        case cookie, form
    }

    /// The bytes of a key.
    package static let count = 32

    private let bytes: [UInt8]

    /// - Parameter bytes: 32 random bytes; `nil` for another number.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    /// A new key, which ends with the process.
    init(_ random: RandomTokens) {
        bytes = random.bytes(Self.count)
    }

    /// HMAC-SHA-256 of a text (RFC 2104), as 64 hexadecimal digits.
    func code(for purpose: Purpose, of text: String) -> String {
        let message = Array("\(purpose.rawValue):\(text)".utf8)
        var state = hmac_sha256_ctx()
        nettle_hmac_sha256_set_key(&state, bytes.count, bytes)
        nettle_hmac_sha256_update(&state, message.count, message)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_hmac_sha256_digest(&state, digest.count, &digest)
        return String(decoding: HexDigits.text(digest), as: UTF8.self)
    }
}
