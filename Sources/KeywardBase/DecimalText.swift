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
        guard number >= 10_000 else { return write(atMostFour: number, to: start) }
        let count = write(digits: number / 10_000, to: start)
        let rest = number % 10_000
        write(pair: rest / 100, to: start + count)
        write(pair: rest % 100, to: start + (count &+ 2))
        return count &+ 4
    }

    /// Without leading zeros.
    @inline(__always) @inlinable
    static func write(atMostFour number: UInt64, to start: UnsafeMutableRawPointer) -> Int {
        let (first, last) = (number / 100, number % 100)
        let count = write(atMostTwo: first > 0 ? first : last, to: start)
        guard first > 0 else { return count }
        write(pair: last, to: start + count)
        return count &+ 2
    }

    @inline(__always) @inlinable
    static func write(atMostTwo number: UInt64, to start: UnsafeMutableRawPointer) -> Int {
        guard number < 10 else {
            write(pair: number, to: start)
            return 2
        }
        start.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number), as: UInt8.self)
        return 1
    }

    @inline(__always) @inlinable
    static func write(pair number: UInt64, to start: UnsafeMutableRawPointer) {
        let pair = UnsafeRawPointer(pairs.utf8Start) + Int(truncatingIfNeeded: number &* 2)
        start.storeBytes(of: pair.loadUnaligned(as: UInt16.self), as: UInt16.self)
    }
}
