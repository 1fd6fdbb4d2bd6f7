/// Digits of base 62 in the order `0…9 A…Z a…z`.
package enum Base62 {
    private static let digits: InlineArray<62, UInt8> = {
        var table = InlineArray<62, UInt8>(repeating: 0)
        for (index, digit) in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8.enumerated() {
            table[index] = digit
        }
        return table
    }()

    /// The ASCII digit of `value`, 0 to 61.
    package static func digit(_ value: Int) -> UInt8 { digits[value] }

    /// Whether `byte` is a digit of base 62.
    @inlinable package static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// `count` digits, each drawn evenly.
    package static func random(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in digits[Int.random(in: 0..<62, using: &generator)] }
    }

    /// `number` in six digits, the most significant first: enough for 32 bits.
    package static func sixDigits(of number: UInt32) -> InlineArray<6, UInt8> {
        var result = InlineArray<6, UInt8>(repeating: UInt8(ascii: "0"))
        var rest = number
        for position in stride(from: 5, through: 0, by: -1) {
            result[position] = digits[Int(rest % 62)]
            rest /= 62
        }
        return result
    }
}
