/// Numbers as decimal digits.
package enum DecimalText {
    /// The most bytes of a number.
    package static let longest = 20

    /// Every number of two digits, in order.
    @usableFromInline static let pairs: StaticString =
        """
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """

    /// Writes a number, at most ``longest`` bytes, two digits at a time.
    ///
    /// - Returns: the number of bytes.
    @inlinable package static func write(_ number: Int64, to start: UnsafeMutableRawPointer) -> Int {
        guard number < 0 else { return write(digits: number.magnitude, to: start) }
        start.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        return 1 + write(digits: number.magnitude, to: start + 1)
    }

    @inlinable static func write(digits number: UInt64, to start: UnsafeMutableRawPointer) -> Int {
        let count = count(of: number)
        var (position, rest) = (count, number)
        while rest >= 10 {
            let quotient = rest / 100
            position &-= 2
            let pair = UnsafeRawPointer(pairs.utf8Start) + Int(truncatingIfNeeded: (rest &- quotient &* 100) &* 2)
            start.storeBytes(of: pair.loadUnaligned(as: UInt16.self), toByteOffset: position, as: UInt16.self)
            rest = quotient
        }
        // The first digit, unless its pair had it.
        if position > 0 {
            start.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        }
        return count
    }

    /// The number of digits.
    @inlinable static func count(of number: UInt64) -> Int {
        if number < 100 { return number < 10 ? 1 : 2 }
        if number < 10_000 { return number < 1_000 ? 3 : 4 }
        var (count, rest) = (4, number / 10_000)
        while rest > 0 {
            count &+= 1
            rest /= 10
        }
        return count
    }
}
