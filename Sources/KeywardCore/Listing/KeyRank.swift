/// A key's rank in a query's order. It ascends along the page in either direction.
struct KeyRank: Comparable {
    /// The sort key, then the key's number; for names the first 16 bytes, which may not be decisive.
    private let bits: UInt128

    static var first: KeyRank { KeyRank(bits: .min) }
    static var last: KeyRank { KeyRank(bits: .max) }

    private init(bits: UInt128) {
        self.bits = bits
    }

    @inline(__always)
    init(of key: UnsafePointer<HotKey>, in order: KeyQuery.Order, isDescending: Bool) {
        let number = key.pointee.number
        let bits =
            switch order {
            case .created: Self.bits(0, number)
            case .lastUsed: Self.bits(key.pointee.lastUsedAt.milliseconds, number)
            case .usage: Self.bits(key.pointee.valid, number)
            case .expires: Self.bits(key.pointee.expiresAt.milliseconds, number)
            // The bytes after a name in a key's text are read with it.
            case .name: key.pointee.text.map { Self.head(of: $0.name) } ?? 0
            }
        self.bits = isDescending ? ~bits : bits
    }

    init(of cursor: KeyQuery.Cursor, in order: KeyQuery.Order, isDescending: Bool) {
        var bits = Self.bits(cursor.value, cursor.number)
        if order == .name {
            let name = Array(cursor.text.utf8)
            let padded = name + [UInt8](repeating: 0, count: 16)
            bits = padded.withUnsafeBytes { Self.head(of: UnsafeRawBufferPointer(rebasing: $0[..<name.count])) }
        }
        self.bits = isDescending ? ~bits : bits
    }

    @inline(__always)
    static func < (left: KeyRank, right: KeyRank) -> Bool { left.bits < right.bits }

    /// The sort key; not for names.
    func value(isDescending: Bool) -> Int64 {
        let high = UInt64(truncatingIfNeeded: (isDescending ? ~bits : bits) >> 64)
        return Int64(bitPattern: high ^ 1 << 63)
    }

    @inline(__always)
    private static func bits(_ value: Int64, _ number: Int64) -> UInt128 {
        UInt128(ordered(value)) << 64 | UInt128(ordered(number))
    }

    @inline(__always)
    private static func ordered(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ 1 << 63 }

    /// Sixteen bytes as a number with the same order; a shorter name ends in zeros.
    @inline(__always)
    private static func head(of name: UnsafeRawBufferPointer) -> UInt128 {
        guard let start = name.baseAddress else { return 0 }
        let high = UInt64(bigEndian: start.loadUnaligned(as: UInt64.self))
        let low = UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let missing = max(0, 16 - name.count)
        return (UInt128(high) << 64 | UInt128(low)) & (.max << UInt128(8 * missing))
    }
}
