/// A name of at most eight bytes as one number, so that each known name costs one comparison.
@usableFromInline struct ShortName: Equatable {
    @usableFromInline var packed: UInt64

    @inlinable init(packed: UInt64) {
        self.packed = packed
    }

    /// Any name that is longer, or has a NUL (which would look like the end); it equals no known name.
    @usableFromInline static var other: ShortName { ShortName(packed: .max) }

    @inlinable @inline(__always)
    static func ~= (known: StaticString, name: ShortName) -> Bool {
        var packed: UInt64 = 0
        for offset in 0..<known.utf8CodeUnitCount {
            packed |= UInt64(known.utf8Start[offset]) << UInt64(8 * offset)
        }
        return packed == name.packed
    }
}

extension JSONTape {
    /// The string at `index`, a member's name, with escapes decoded.
    @inlinable @inline(__always)
    func shortName(_ index: Int, in text: Span<UInt8>) -> ShortName {
        let node = self[index]
        if node.flag { return decodedShortName(node, in: text) }
        let range = node.contents
        guard range.count <= 8 else { return .other }
        precondition(range.upperBound < text.count)
        return text.withUnsafeBytes { bytes in
            // The colon and the value after a name nearly always leave enough bytes for a whole word.
            guard range.lowerBound + 8 <= bytes.count else { return Self.packed(bytes[range]) }
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self))
            // A shift by 64 gives 0, which is the correct result for an empty name.
            return ShortName(packed: word & ~(UInt64.max << UInt64(8 * range.count)))
        }
    }

    @usableFromInline static func packed(_ bytes: some Sequence<UInt8>) -> ShortName {
        var packed: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            guard shift < 64, byte != 0 else { return .other }
            packed |= UInt64(byte) << shift
            shift += 8
        }
        return ShortName(packed: packed)
    }

    @usableFromInline func decodedShortName(_ node: Node, in text: Span<UInt8>) -> ShortName {
        withDecoded(node, in: text) { decoded in Self.packed(IteratorSequence(decoded)) }
    }
}
