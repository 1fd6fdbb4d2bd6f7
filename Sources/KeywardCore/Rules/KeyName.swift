/// The rules for names of keys: a slug of purpose and environment, and nothing personal or secret.
package enum KeyName {
    /// Why a name is refused.
    package enum Fault: Hashable, Sendable {
        /// Not 1 to 64 of a-z, 0-9, `.`, `_` and `-`, first and last a letter or digit.
        case isNoSlug
        /// It looks like a key id or a prefix.
        case looksLikeReference
        case looksSecret
    }

    /// The reason why a name looks personal.
    package enum Trait: Hashable, Sendable {
        /// The name of a person with an account on this host.
        case person
        /// A number that may be a payment card's, or a telephone's.
        case paymentCard, telephone
    }

    /// Why a name is refused; `nil` if it is valid.
    package static func fault(in name: String) -> Fault? {
        if !isSlug(name) { return .isNoSlug }
        if ULID.isKeyID(name) || KeyFormat.isPrefix(name) { return .looksLikeReference }
        return looksSecret(name) ? .looksSecret : nil
    }

    /// Whether a segment of `name` marks a production key.
    package static func isProduction(_ name: String, segments: Set<String>) -> Bool {
        self.segments(of: name).contains { segments.contains(String($0)) }
    }

    /// The reason why `name` looks personal; `nil` if it does not.
    ///
    /// - Parameter people: the host's human accounts.
    package static func personalTrait(of name: String, people: PeopleNames) -> Trait? {
        if people.hasPerson(among: Set(segments(of: name).map(String.init))) { return .person }
        for digits in digitRuns(in: name) {
            if (13...19).contains(digits.count) && passesLuhn(digits) { return .paymentCard }
            if (9...15).contains(digits.count) { return .telephone }
        }
        return nil
    }

    private static func isSlug(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...64).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    /// Well-known prefixes of other issuers' tokens, and segments too long and too mixed to be words.
    private static func looksSecret(_ name: String) -> Bool {
        let issuers = [
            "ghp_", "gho_", "ghs_", "glpat-", "sk-", "sk_live_", "sk_test_", "rk_live_", "xoxb-", "xoxp-", "akia",
            "eyj",
        ]
        let tail = issuers.first { name.hasPrefix($0) }.map { name.dropFirst($0.count) }
        if let tail, tail.count >= 12, isMixed(tail) { return true }
        return segments(of: name).contains { $0.count >= 20 && isMixed($0) } || isSplitHex(name)
    }

    /// Letters and digits that alternate often, as in random text and unlike words with a number.
    private static func isMixed(_ text: Substring) -> Bool {
        let kinds = text.utf8.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return zip(kinds, kinds.dropFirst()).count { $0 != $1 } >= 4
    }

    /// 32 or more hexadecimal digits, grouped or not: a hash, a UUID, a raw key.
    private static func isSplitHex(_ name: String) -> Bool {
        let digits = name.utf8.filter { !"._-".utf8.contains($0) }
        return digits.count >= 32 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
            && isMixed(Substring(String(decoding: digits, as: UTF8.self)))
    }

    private static func segments(of name: String) -> [Substring] {
        name.split { $0 == "-" || $0 == "_" || $0 == "." }
    }

    /// Sequences of digits, without single separators between them.
    private static func digitRuns(in name: String) -> [[Int]] {
        let joined = name.split { !$0.isNumber && $0 != "-" && $0 != "." && $0 != "_" }
        return joined.map { $0.compactMap(\.wholeNumberValue) }.filter { !$0.isEmpty }
    }

    /// The checksum of payment cards (ISO/IEC 7812-1, annex B).
    private static func passesLuhn(_ digits: [Int]) -> Bool {
        let sum = digits.reversed().enumerated().reduce(0) { sum, item in
            let doubled = item.offset % 2 == 1 ? item.element * 2 : item.element
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        Base62.isDigit(byte) && !(byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
    }
}
