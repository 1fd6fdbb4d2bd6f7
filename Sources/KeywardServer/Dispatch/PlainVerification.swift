import Glibc
import KeywardCore

/// A `keys.verify` of a key in the default workspace, written with no byte more than is needed, its id a number:
///
///     {"jsonrpc":"2.0","id":7,"method":"keys.verify","params":{"key":"kw_8FqL2mXw_…"}}
///
/// Such a line can be read without a parser, for there is just one way to read it. Every other goes through the
/// scanner, which would find the same in this one.
struct PlainVerification {
    /// Where the id and the key are in the line.
    let id: Range<Int>
    let key: Range<Int>

    private static let start: StaticString = #"{"jsonrpc":"2.0","id":"#
    private static let middle: StaticString = #","method":"keys.verify","params":{"key":""#
    private static let end: StaticString = #""}}"#

    /// `nil` if the line has another shape, or its key is not well-formed.
    init?(_ line: Span<UInt8>) {
        let places = line.withUnsafeBytes { bytes in Self.places(in: bytes) }
        guard let places else { return nil }
        (id, key) = places
    }

    private static func places(in line: UnsafeRawBufferPointer) -> (id: Range<Int>, key: Range<Int>)? {
        let idStart = start.utf8CodeUnitCount
        guard line.count > 100, stands(start, in: line, at: 0), line[idStart] != UInt8(ascii: "0") else { return nil }
        var idEnd = idStart
        // 18 digits at most: the line is longer than that.
        while idEnd < idStart + 18, line[idEnd] >= UInt8(ascii: "0"), line[idEnd] <= UInt8(ascii: "9") { idEnd += 1 }
        guard idEnd > idStart, stands(middle, in: line, at: idEnd) else { return nil }
        let key = idEnd + middle.utf8CodeUnitCount..<line.count - end.utf8CodeUnitCount
        // A well-formed key is letters, digits and underscores, so it has no quote and no escape in it.
        guard key.count > 0, stands(end, in: line, at: key.upperBound),
            KeyFormat.isWellFormed(UnsafeRawBufferPointer(rebasing: line[key]))
        else { return nil }
        return (idStart..<idEnd, key)
    }

    @inline(__always)
    private static func stands(_ text: StaticString, in line: UnsafeRawBufferPointer, at place: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard line.count - place >= count, let base = line.baseAddress else { return false }
        return memcmp(base + place, text.utf8Start, count) == 0
    }
}
