/// JSON strings in their encoded form (RFC 8259, §7 and §8).
@usableFromInline enum JSONString {
    /// Finds the end of the string whose opening quote is at `start`, and whether it has escapes.
    @inline(__always)
    static func scan(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int
    ) throws(JSONFault) -> (end: Int, hasEscapes: Bool) {
        var position = start + 1
        var hasEscapes = false
        while true {
            position = plainEnd(base, position, end)
            guard position < end else { throw JSONFault(.unexpectedEnd, at: end) }
            switch base.load(fromByteOffset: position, as: UInt8.self) {
            case UInt8(ascii: "\""):
                return (position + 1, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position = try escapeEnd(base, position, end)
            case 0x80...:
                position = try UTF8Sequence.end(base, position, end)
            default:
                throw JSONFault(.controlCharacter, at: position)
            }
        }
    }

    /// The position of the first byte at or after `start` that is not plain: a quote, `\`, a control character, or not
    /// ASCII.
    ///
    /// It tests eight bytes at a time. The subtractions can set false marks only after the first true one, and only the
    /// first mark counts.
    @inline(__always)
    private static func plainEnd(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position + 8 <= end {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let ones: UInt64 = 0x0101_0101_0101_0101
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let marks =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- (ones &* 0x20)) & ~word)
                | word
            let found = marks & (ones &* 0x80)
            if found != 0 { return position + found.trailingZeroBitCount >> 3 }
            position += 8
        }
        while position < end {
            let byte = base.load(fromByteOffset: position, as: UInt8.self)
            if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { return position }
            position += 1
        }
        return position
    }

    /// Checks the escape whose `\` is at `start`. Returns the position after it, or after both halves of a surrogate
    /// pair.
    @inline(never)
    private static func escapeEnd(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int
    ) throws(JSONFault) -> Int {
        guard start + 1 < end else { throw JSONFault(.unexpectedEnd, at: end) }
        switch base.load(fromByteOffset: start + 1, as: UInt8.self) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(base, start, end)
            guard unit & 0xF800 == 0xD800 else { return start + 6 }
            guard unit < 0xDC00, start + 7 < end,
                base.loadUnaligned(fromByteOffset: start + 6, as: UInt16.self) == UInt16(littleEndian: 0x755C),
                try codeUnit(base, start + 6, end) & 0xFC00 == 0xDC00
            else { throw JSONFault(.loneSurrogate, at: start) }
            return start + 12
        default:
            throw JSONFault(.malformedEscape, at: start)
        }
    }

    /// Reads the four digits of the `\u` escape at `start`.
    private static func codeUnit(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) throws(JSONFault) -> UInt16 {
        guard start + 6 <= end else { throw JSONFault(.unexpectedEnd, at: end) }
        var unit: UInt16 = 0
        for offset in 2..<6 {
            guard let digit = hexValue(base.load(fromByteOffset: start + offset, as: UInt8.self)) else {
                throw JSONFault(.malformedEscape, at: start)
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    static func hexValue(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Whether two strings of one text are equal after their escapes are decoded.
    @inline(__always)
    static func equal(_ base: UnsafeRawPointer, _ left: JSONTape.Node, _ right: JSONTape.Node) -> Bool {
        if left.flag || right.flag { return equalDecoded(base, left, right) }
        let length = left.end &- left.start
        guard length == right.end &- right.start else { return false }
        return equalBytes(base + Int(left.start), base + Int(right.start), Int(length))
    }

    @inline(never)
    private static func equalDecoded(
        _ base: UnsafeRawPointer, _ left: JSONTape.Node, _ right: JSONTape.Node
    ) -> Bool {
        var left = DecodedBytes(base: base, range: left.contents)
        var right = DecodedBytes(base: base, range: right.contents)
        while let byte = left.next() {
            guard byte == right.next() else { return false }
        }
        return right.next() == nil
    }

    /// Whether two sequences of `count` bytes are equal.
    @inlinable @inline(__always)
    static func equalBytes(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
        var position = 0
        while position + 8 <= count {
            let (one, other) = (
                left.loadUnaligned(fromByteOffset: position, as: UInt64.self),
                right.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            )
            if one != other { return false }
            position += 8
        }
        while position < count {
            let (one, other) = (
                left.load(fromByteOffset: position, as: UInt8.self),
                right.load(fromByteOffset: position, as: UInt8.self)
            )
            if one != other { return false }
            position += 1
        }
        return true
    }
}
