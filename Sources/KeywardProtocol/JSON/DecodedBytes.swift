/// The decoded UTF-8 bytes of a scanned string, one by one.
struct DecodedBytes: IteratorProtocol {
    private let base: UnsafeRawPointer
    private var position: Int
    private let end: Int
    /// The remaining bytes of a `\u` escape, the next one lowest.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    /// `range` is the content of a string that the scanner has accepted.
    init(base: UnsafeRawPointer, range: Range<Int>) {
        self.base = base
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next() -> UInt8? {
        if pendingCount > 0 { return nextPending() }
        guard position < end else { return nil }
        let byte = base.load(fromByteOffset: position, as: UInt8.self)
        position += 1
        return byte == UInt8(ascii: "\\") ? escaped() : byte
    }

    private mutating func nextPending() -> UInt8 {
        defer { (pending, pendingCount) = (pending >> 8, pendingCount - 1) }
        return UInt8(truncatingIfNeeded: pending)
    }

    /// Decodes the escape after a `\`.
    private mutating func escaped() -> UInt8 {
        let message = base.load(fromByteOffset: position, as: UInt8.self)
        position += 1
        switch message {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): break
        default: return message
        }
        var scalar = UInt32(codeUnit())
        if scalar & 0xFC00 == 0xD800 {
            position += 2
            scalar = 0x1_0000 + (scalar & 0x3FF) << 10 + UInt32(codeUnit()) & 0x3FF
        }
        encode(scalar)
        return nextPending()
    }

    private mutating func codeUnit() -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            unit = unit << 4 | (JSONString.hexValue(base.load(fromByteOffset: position, as: UInt8.self)) ?? 0)
            position += 1
        }
        return unit
    }

    private mutating func encode(_ scalar: UInt32) {
        switch scalar {
        case ..<0x80:
            (pending, pendingCount) = (scalar, 1)
        case ..<0x800:
            (pending, pendingCount) = (0x80C0 | scalar >> 6 | (scalar & 0x3F) << 8, 2)
        case ..<0x1_0000:
            pending = 0x80_80E0 | scalar >> 12 | (scalar >> 6 & 0x3F) << 8 | (scalar & 0x3F) << 16
            pendingCount = 3
        default:
            pending = 0x8080_80F0 | scalar >> 18 | (scalar >> 12 & 0x3F) << 8
            pending |= (scalar >> 6 & 0x3F) << 16 | (scalar & 0x3F) << 24
            pendingCount = 4
        }
    }
}
