import KeywardCore

/// A `keys.verify` of a key in the default workspace, written without unnecessary bytes, with a number as its id:
///
///     {"jsonrpc":"2.0","id":7,"method":"keys.verify","params":{"key":"kw_8FqL2mXw_…"}}
///
/// There is only one way to read such a line, so it needs no parser. Every other line goes through the scanner, which
/// would give the same result for this one.
struct PlainVerification {
    /// The ranges of the id and the key in the line.
    let id: Range<Int>
    let key: Range<Int>
    /// Whether it has the form of a native key. Another one may be an imported key.
    let isWellFormed: Bool

    private static let start: StaticString = #"{"jsonrpc":"2.0","id":"#
    private static let middle: StaticString = #","method":"keys.verify","params":{"key":""#

    /// `nil` if the line has another form, or its key is not well-formed.
    ///
    /// - Parameter hasImports: whether a key may be an imported one: 16 or more printable characters without an escape.
    init?(_ line: Span<UInt8>, hasImports: @autoclosure () -> Bool) {
        let places = line.withUnsafeBytes { bytes in Self.places(in: bytes, hasImports: hasImports) }
        guard let places else { return nil }
        (id, key, isWellFormed) = places
    }

    @inline(__always)
    private static func places(
        in line: UnsafeRawBufferPointer, hasImports: () -> Bool
    ) -> (id: Range<Int>, key: Range<Int>, isWellFormed: Bool)? {
        let idStart = start.utf8CodeUnitCount
        guard line.count > 100, stands(start, in: line, at: 0), line[idStart] != UInt8(ascii: "0") else { return nil }
        var idEnd = idStart
        // 18 digits at most: the line is longer than that.
        while idEnd < idStart + 18, line[idEnd] >= UInt8(ascii: "0"), line[idEnd] <= UInt8(ascii: "9") { idEnd += 1 }
        guard idEnd > idStart, stands(middle, in: line, at: idEnd) else { return nil }
        let key = idEnd + middle.utf8CodeUnitCount..<line.count - 3
        guard key.count > 0, line[key.upperBound] == UInt8(ascii: "\""), line[key.upperBound + 1] == UInt8(ascii: "}"),
            line[key.upperBound + 2] == UInt8(ascii: "}")
        else { return nil }
        // A well-formed key consists of letters, digits and underscores, so it contains no quote and no escape.
        let text = UnsafeRawBufferPointer(rebasing: line[key])
        if KeyFormat.isWellFormed(text) { return (idStart..<idEnd, key, true) }
        return hasImports() && isPlain(text) ? (idStart..<idEnd, key, false) : nil
    }

    /// Whether a text may be an imported key, and is written in JSON as it is.
    private static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        ForeignDigest.secretLengths.contains(text.count)
            && text.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// Whether `line` has a text of eight bytes or more at `place`, compared a word at a time.
    @inline(__always)
    private static func stands(_ text: StaticString, in line: UnsafeRawBufferPointer, at place: Int) -> Bool {
        let (count, expected) = (text.utf8CodeUnitCount, UnsafeRawPointer(text.utf8Start))
        guard line.count - place >= count, let found = line.baseAddress else { return false }
        func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        var difference = word(found + place, count - 8) ^ word(expected, count - 8)
        var offset = 0
        while offset < count - 8 {
            difference |= word(found + place, offset) ^ word(expected, offset)
            offset += 8
        }
        return difference == 0
    }
}
