import KeywardCore
import KeywardTesting
import Testing

struct Base62Tests {
    private let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    @Test func digitsAreInTheOrderOfASCII() {
        #expect((0..<62).map(Base62.digit) == alphabet)
        #expect(alphabet == alphabet.sorted())
    }

    @Test func onlyItsSixtyTwoBytesAreDigits() {
        #expect((UInt8.min...UInt8.max).filter(Base62.isDigit) == alphabet)
    }

    @Test(arguments: [
        (0, "000000"), (1, "000001"), (61, "00000z"), (62, "000010"), (3_844, "000100"), (UInt32.max, "4gfFC3"),
    ])
    func sixDigitsHoldEveryChecksum(number: UInt32, text: String) {
        let digits = Base62.sixDigits(of: number)
        #expect(String(decoding: digits.indices.map { digits[$0] }, as: UTF8.self) == text)
        #expect(Array("kw\(text)".utf8).withUnsafeBytes { Base62.number(ofSixDigits: $0, at: 2) } == UInt64(number))
    }

    @Test func everyDigitStandsForItsPlaceInTheAlphabet() {
        for (value, digit) in alphabet.enumerated() {
            let text = [UInt8](repeating: UInt8(ascii: "0"), count: 5) + [digit]
            #expect(text.withUnsafeBytes { Base62.number(ofSixDigits: $0, at: 0) } == UInt64(value))
        }
        // More than fits into 32 bits, so that no such text is read as a checksum.
        #expect(Array("zzzzzz".utf8).withUnsafeBytes { Base62.number(ofSixDigits: $0, at: 0) } == 56_800_235_583)
    }

    @Test func randomDigitsUseTheWholeAlphabetEvenly() {
        var random = SeededGenerator(seed: 1)
        let drawn = Base62.random(62_000, using: &random)
        for digit in alphabet {
            let count = drawn.count { $0 == digit }
            // 1,000 are expected of each, within six standard deviations.
            #expect((810...1_190).contains(count), "\(Character(Unicode.Scalar(digit))): \(count)")
        }
    }
}
