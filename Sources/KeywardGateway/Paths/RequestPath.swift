/// The path of a request after one decoding, in the only form in which rules see it.
///
/// Proxies and services disagree about how to read unusual paths. A rule must not allow a path that the service reads as
/// another one, so such a path is refused.
package struct RequestPath: Hashable, Sendable {
    /// Why a path is refused.
    package enum Fault: String, Error, CaseIterable, Sendable {
        /// It is not one that begins with a slash.
        case notAbsolute = "does not begin with '/'"
        case dotSegment = "has a '.' or '..' segment"
        case doubleSlash = "has '//'"
        /// It has `\`, `;` or `#`.
        case separator = "has '\\', ';' or '#'"
        /// A `%` is not followed by two hexadecimal digits, or one is left after the decoding.
        case encoding = "has a '%' that is left after one decoding"
        /// It has a control character.
        case control = "has a control character"
        case notUTF8 = "is not UTF-8"
    }

    /// UTF-8.
    private var bytes: [UInt8]
    /// The text after the first `?`, not decoded.
    package private(set) var query: String?

    /// Reads a request target in origin form (RFC 9112, section 3.2.1).
    package init(_ target: String) throws(Fault) {
        let target = target.utf8
        let end = target.firstIndex(of: UInt8(ascii: "?"))
        bytes = try Self.decoded(target[..<(end ?? target.endIndex)])
        if let end { query = String(target[target.index(after: end)...]) ?? "" }
        try check()
    }

    /// Whether it is `prefix`, or continues it with another segment.
    package func isBelow(_ prefix: String) -> Bool {
        let prefix = prefix.utf8
        guard bytes.count >= prefix.count, bytes.starts(with: prefix) else { return false }
        return bytes.count == prefix.count || bytes[prefix.count] == UInt8(ascii: "/")
    }

    private static func decoded(_ text: Substring.UTF8View) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { throw .encoding }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private func check() throws(Fault) {
        guard bytes.first == UInt8(ascii: "/") else { throw .notAbsolute }
        var segment = 1
        var isASCII = true
        for index in bytes.indices.dropFirst() {
            switch bytes[index] {
            case UInt8(ascii: "/"):
                guard index > segment else { throw .doubleSlash }
                try checkSegment(segment..<index)
                segment = index + 1
            case UInt8(ascii: "%"): throw .encoding
            case UInt8(ascii: "\\"), UInt8(ascii: ";"), UInt8(ascii: "#"): throw .separator
            case 0...0x1F, 0x7F: throw .control
            case 0x80...: isASCII = false
            default: break
            }
        }
        try checkSegment(segment..<bytes.count)
        if !isASCII { try checkText() }
    }

    private func checkSegment(_ segment: Range<Int>) throws(Fault) {
        guard segment.count == 1 || segment.count == 2 else { return }
        if bytes[segment].allSatisfy({ $0 == UInt8(ascii: ".") }) { throw .dotSegment }
    }

    private func checkText() throws(Fault) {
        // The HTTP parser puts U+FFFD in the place of bytes that are not UTF-8.
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\u{FFFD}") else {
            throw .notUTF8
        }
        // C1 controls, and U+2028 with the like: some programs end a line there.
        if text.unicodeScalars.contains(where: {
            [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }) {
            throw .control
        }
    }
}
