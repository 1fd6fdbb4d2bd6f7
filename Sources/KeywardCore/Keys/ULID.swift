/// Identifiers that sort by time: 48 bits of milliseconds and 80 random bits in Crockford's base 32, lower case
/// (the ULID specification).
package enum ULID {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// `key_` and 26 digits.
    package static func keyID(at now: Instant, using generator: inout some RandomNumberGenerator) -> String {
        let high = UInt64(generator.next(upperBound: UInt64(1) << 16))
        let value =
            UInt128(UInt64(max(0, now.milliseconds)) & 0xFFFF_FFFF_FFFF) << 80
            | UInt128(high) << 64 | UInt128(generator.next())
        let text = (0..<26).map { digits[Int(truncatingIfNeeded: value >> UInt128(125 - $0 * 5)) & 31] }
        return "key_" + String(decoding: text, as: UTF8.self)
    }

    /// Whether `text` is `key_` and 26 digits.
    package static func isKeyID(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 30 && bytes.starts(with: Array("key_".utf8))
            && bytes.dropFirst(4).allSatisfy(digits.contains)
    }
}
