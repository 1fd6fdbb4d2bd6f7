import KeywardCore
import KeywardTesting
import Testing

struct KeyFormatTests {
    private static let key = sample(tag: "kw", seed: 3)

    /// A minted key's text.
    static func sample(tag: String, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        return MintedKey(tag: tag, using: &random).show().text
    }

    @Test(arguments: 2...12)
    func everyLengthOfATagMakesAKey(length: Int) {
        let tag = String("k0123456789a".prefix(length))
        let key = Self.sample(tag: tag, seed: UInt64(length))
        #expect(key.utf8.count == length + 46)
        #expect(key.hasPrefix(tag + "_"))
        #expect(KeyFormat.isWellFormed(key))
        #expect(KeyFormat.occurs(in: Array(key.utf8)))
    }

    @Test(arguments: ["k", "k123456789abc", "1kw", "Kw", "k_w", "", "kW", "k-w", "kä"])
    func otherTagsAreRefused(tag: String) {
        #expect(!KeyFormat.isTag(tag.utf8))
    }

    @Test func theDisplayPrefixIsTheKeysOwnBeginning() {
        var random = SeededGenerator(seed: 4)
        let minted = MintedKey(tag: "acme", using: &random)
        let prefix = minted.prefix
        let key = minted.show().text
        #expect(key.hasPrefix(prefix + "_"))
        #expect(KeyFormat.isPrefix(prefix))
        #expect(prefix.utf8.count == 4 + 1 + 8)
    }

    @Test func anyOneOtherCharacterAnywhereIsMalformed() {
        let bytes = Array(Self.key.utf8)
        for place in bytes.indices {
            for byte in UInt8.min...UInt8.max where byte != bytes[place] {
                var wrong = bytes
                wrong[place] = byte
                #expect(!isWellFormed(wrong), "\(place): \(byte)")
            }
        }
    }

    @Test func aMissingCharacterAnywhereIsMalformed() {
        for place in Self.key.utf8.indices {
            var wrong = Self.key
            wrong.remove(at: place)
            #expect(!KeyFormat.isWellFormed(wrong))
        }
    }

    @Test func anExtraCharacterAnywhereIsMalformed() {
        for place in 0...Self.key.utf8.count {
            for byte in "0kZ_-".utf8 {
                var wrong = Array(Self.key.utf8)
                wrong.insert(byte, at: place)
                #expect(!isWellFormed(wrong))
            }
        }
    }

    @Test func twoNeighboursExchangedAreMalformed() {
        let bytes = Array(Self.key.utf8)
        for place in 1..<bytes.count where bytes[place] != bytes[place - 1] {
            var wrong = bytes
            wrong.swapAt(place, place - 1)
            #expect(!isWellFormed(wrong))
        }
    }

    @Test func aCutOffKeyIsMalformed() {
        for length in 0..<Self.key.utf8.count { #expect(!KeyFormat.isWellFormed(Self.key.prefix(length))) }
    }

    @Test(arguments: ["", " ", "Bearer ", "x", "kw", "_", "key=\"", "漢"], ["", " ", "\"", "\n", "_", "é"])
    func aKeyIsFoundWithinOtherText(before: String, after: String) {
        #expect(KeyFormat.occurs(in: Array((before + Self.key + after).utf8)))
    }

    @Test(arguments: 1...6)
    func aKeyIsFoundWithoutItsLastCharactersAsFarAsItsChecksumTells(lost: Int) {
        let rest = Array(Self.key.utf8.dropLast(lost))
        for text in [rest, rest + [UInt8(ascii: ".")], Array("é".utf8) + rest] {
            #expect(KeyFormat.occurs(in: text) == (lost <= 3))
        }
        #expect(rest.count < KeyFormat.shortestFind || lost <= 3)
    }

    @Test func textOfAKeysShapeIsNotTakenForOne() {
        var random = SeededGenerator(seed: 6)
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for _ in 0..<20_000 {
            let rest = (0..<36).map { _ in digits.randomElement(using: &random)! }
            #expect(!KeyFormat.occurs(in: Array("user_20261123_".utf8) + rest))
        }
    }

    @Test func aDamagedKeyIsNotFoundWithinOtherText() {
        var wrong = Array(("x " + Self.key + " y").utf8)
        wrong[20] = wrong[20] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
        #expect(!KeyFormat.occurs(in: wrong))
    }

    @Test func aMintedKeyDoesNotPrint() {
        var random = SeededGenerator(seed: 5)
        let shown = MintedKey(tag: "kw", using: &random).show()
        for text in [
            "\(shown)", String(reflecting: shown), String(describing: [shown]), "\(Mirror(reflecting: shown))",
        ] {
            #expect(!KeyFormat.occurs(in: Array(text.utf8)))
        }
        #expect(Mirror(reflecting: shown).children.isEmpty)
    }

    private func isWellFormed(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { KeyFormat.isWellFormed($0) } }
}
