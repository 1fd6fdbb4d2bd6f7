/// A borrowed text, as UTF-8; valid as long as its owner keeps it.
@usableFromInline package struct BorrowedText {
    @usableFromInline let start: UnsafeRawPointer?
    @usableFromInline package let count: Int

    @inlinable package init(_ bytes: UnsafeRawBufferPointer) {
        (start, count) = (bytes.baseAddress, bytes.count)
    }

    init(_ text: StaticString) {
        (start, count) = (UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    @inlinable package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Invalid UTF-8 is replaced.
    package var string: String { String(decoding: bytes, as: UTF8.self) }
}

/// The contexts in which a text cannot be copied unchanged.
struct TextForm: OptionSet {
    var rawValue: UInt8

    /// In a JSON string: it has quotes, backslashes or control characters.
    static let needsEscapes = TextForm(rawValue: 1)
    /// In a line: it has a line feed or a carriage return.
    static let breaksLine = TextForm(rawValue: 2)
    /// Anywhere: it is not UTF-8.
    static let isDamaged = TextForm(rawValue: 4)

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(of text: BorrowedText?) {
        if let text { self.init(of: text.bytes) } else { self = [] }
    }

    /// Tests eight bytes at a time.
    init(of text: UnsafeRawBufferPointer) {
        self = []
        var (escapes, breaks, high) = (UInt64(0), UInt64(0), UInt64(0))
        func look(_ word: UInt64) {
            escapes |= (word &- Self.each * 0x20) & ~word
            escapes |= Self.zeros(word ^ Self.each * 0x22) | Self.zeros(word ^ Self.each * 0x5C)
            breaks |= Self.zeros(word ^ Self.each * 0x0A) | Self.zeros(word ^ Self.each * 0x0D)
            high |= word
        }
        if text.count >= 8 {
            for position in stride(from: 0, to: text.count - 8, by: 8) {
                look(text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            }
            look(text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self))
        } else {
            look(text.reduce(Self.each * 0x20) { $0 << 8 | UInt64($1) })
        }
        if escapes & Self.tops != 0 { insert(.needsEscapes) }
        if breaks & Self.tops != 0 { insert(.breaksLine) }
        if high & Self.tops != 0, !String(decoding: text, as: UTF8.self).utf8.elementsEqual(text) {
            insert(.isDamaged)
        }
    }

    private static let each: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The top bit of some byte is set if and only if some byte of `word` is zero.
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- each) & ~word & tops }
}
