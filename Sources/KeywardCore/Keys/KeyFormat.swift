/// The format of a key: `TAG_ID_SECRET+CHECK`, all ASCII.
///
/// `kw_8FqL2mXw_` + 30 digits of base 62 from the system's CSPRNG (178 bits) + 6 digits of CRC-32 over everything
/// before. The checksum detects a mistyped or truncated key without a look-up; it protects nothing.
package enum KeyFormat {
    /// The length of the public id.
    package static let idLength = 8
    /// The length of the secret part.
    package static let secretLength = 30
    /// The length of the checksum.
    package static let checkLength = 6
    /// The allowed lengths of a tag.
    package static let tagLengths = 2...12
    /// The allowed lengths of a whole key, in bytes: only the tag's length varies.
    package static let keyLengths = (tagLengths.lowerBound + 46)...(tagLengths.upperBound + 46)

    /// Whether `tag` is 2 to 12 of `[a-z0-9]`, first a letter.
    package static func isTag(_ tag: some Collection<UInt8>) -> Bool {
        guard tagLengths.contains(tag.count), let first = tag.first, isLetter(first) else { return false }
        return tag.allSatisfy { isLetter($0) || isDigit($0) }
    }

    /// Whether `bytes` are a key, neither mistyped nor truncated.
    package static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard hasShape(bytes, checkDigits: checkLength) else { return false }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - checkLength)])
        return Base62.number(ofSixDigits: bytes, at: covered.count) == UInt64(CRC32.checksum(covered))
    }

    /// Whether `bytes` have the form of a key with the first `checkDigits` of its checksum.
    @inline(__always)
    private static func hasShape(_ bytes: UnsafeRawBufferPointer, checkDigits: Int) -> Bool {
        let tagEnd = bytes.count - 40 - checkDigits
        guard tagLengths.contains(tagEnd) else { return false }
        guard bytes[tagEnd] == underscore, bytes[tagEnd + 9] == underscore, isLetter(bytes[0]) else { return false }
        for index in 1..<tagEnd where !isLetter(bytes[index]) && !isDigit(bytes[index]) { return false }
        // The id is eight digits; the 33 or 36 after the second underscore are tested in overlapping groups of eight.
        return areDigits(bytes, at: tagEnd + 1) && areDigits(bytes, at: tagEnd + 10)
            && areDigits(bytes, at: tagEnd + 18) && areDigits(bytes, at: tagEnd + 26)
            && areDigits(bytes, at: tagEnd + 34) && areDigits(bytes, at: bytes.count - 8)
    }

    /// Whether `text` is a well-formed key.
    package static func isWellFormed(_ text: some StringProtocol) -> Bool {
        Array(text.utf8).withUnsafeBytes { isWellFormed($0) }
    }

    /// The number of final characters that a key may lack, or have wrong, and still be found in a text. The rest of the
    /// checksum distinguishes a key from other text, except in one of 62³ cases.
    private static let spared = 3
    /// The shortest text in which a key is found.
    package static let shortestFind = keyLengths.lowerBound - spared

    /// Whether `text` contains a key, possibly without its last characters.
    package static func occurs(in text: [UInt8]) -> Bool {
        text.withUnsafeBytes { bytes in
            bytes.indices.contains { index in
                let end = index + 46 - spared
                guard bytes[index] == underscore, end <= bytes.count else { return false }
                let earliest = max(0, index - tagLengths.upperBound)
                return (earliest..<index).contains { start in
                    isKeyCutOff(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                }
            }
        }
    }

    /// Whether `bytes` are a key without its last characters.
    private static func isKeyCutOff(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard hasShape(bytes, checkDigits: checkLength - spared) else { return false }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - (checkLength - spared))])
        let check = Base62.sixDigits(of: CRC32.checksum(covered))
        return (covered.count..<bytes.count).allSatisfy { bytes[$0] == check[$0 - covered.count] }
    }

    /// Whether `text` has the shape of a display prefix: a tag, `_`, eight digits of base 62.
    package static func isPrefix(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count > idLength, bytes[bytes.count - idLength - 1] == underscore else { return false }
        return isTag(bytes.dropLast(idLength + 1)) && bytes.suffix(idLength).allSatisfy(Base62.isDigit)
    }

    /// Whether the eight bytes at `offset` are digits of base 62.
    private static func areDigits(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        Base62.areDigits(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static let underscore = UInt8(ascii: "_")

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
