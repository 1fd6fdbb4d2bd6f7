/// Digits of base 62 in the order `0…9 A…Z a…z`.
package enum Base62 {
    /// The ASCII digit of `value`, 0 to 61.
    package static func digit(_ value: Int) -> UInt8 {
        let value = UInt8(value)
        precondition(value < 62)
        return switch value {
        case ..<10: UInt8(ascii: "0") + value
        case ..<36: UInt8(ascii: "A") + value - 10
        default: UInt8(ascii: "a") + value - 36
        }
    }

    /// Whether `byte` is a digit of base 62.
    @inlinable package static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// Whether each of the eight bytes of a word is a digit: every verification runs this.
    static func areDigits(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // The upper bit of each byte of `bytes`, all below 0x80, says whether it is `least` or more.
        func reach(_ bytes: UInt64, _ least: UInt8) -> UInt64 { bytes &+ ones &* UInt64(0x80 - least) }
        let folded = word | ones &* 0x20
        let numerals = reach(word, UInt8(ascii: "0")) & ~reach(word, UInt8(ascii: "9") + 1)
        let letters = reach(folded, UInt8(ascii: "a")) & ~reach(folded, UInt8(ascii: "z") + 1)
        let marks = ones &* 0x80
        return (numerals | letters) & ~word & marks == marks
    }

    /// The number written in six digits at `offset`; they must be digits.
    ///
    /// The upper three bits of a digit select its range, and so the number to subtract. There is no branch, because
    /// random digits would mispredict half of them.
    package static func number(ofSixDigits bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        var number: UInt64 = 0
        for byte in bytes[offset..<offset + 6] {
            let zeros: UInt32 = 0x3D37_3000
            number = number &* 62 &+ UInt64(byte &- UInt8(truncatingIfNeeded: zeros >> (UInt32(byte >> 5) &* 8)))
        }
        return number
    }

    /// `count` digits, uniformly distributed.
    package static func random(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(count)
        // Of a generator's word all bits are used: the system's makes a system call for each.
        var (word, values) = (UInt64(0), 0)
        while digits.count < count {
            if values == 0 { (word, values) = (generator.next(), 10) }
            let value = Int(word & 63)
            (word, values) = (word >> 6, values - 1)
            // Six bits may be 62 or 63, which are dropped, so that each digit is equally probable.
            if value < 62 { digits.append(digit(value)) }
        }
        return digits
    }

    /// `number` in six digits, the most significant first: enough for 32 bits.
    package static func sixDigits(of number: UInt32) -> InlineArray<6, UInt8> {
        var result = InlineArray<6, UInt8>(repeating: UInt8(ascii: "0"))
        var rest = number
        for position in stride(from: 5, through: 0, by: -1) {
            result[position] = digit(Int(rest % 62))
            rest /= 62
        }
        return result
    }
}
