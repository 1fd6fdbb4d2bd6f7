import KeywardBase
import Testing

struct HexDigitsTests {
    @Test func everyByteHasTwoDigitsAndIsReadAgain() {
        let bytes = Array(UInt8.min...UInt8.max)
        let digits = HexDigits.text(bytes)
        #expect(digits.count == 512 && digits.prefix(36) == Array("000102030405060708090a0b0c0d0e0f1011".utf8)[...])
        #expect(HexDigits.bytes(digits) == bytes)
        #expect(HexDigits.bytes(String(decoding: digits, as: UTF8.self).uppercased().utf8) == bytes)
    }

    @Test(arguments: ["0", "0g", "-1", "0x", "00 "])
    func anOddNumberOrAnotherCharacterIsRefused(text: String) {
        #expect(HexDigits.bytes(text.utf8) == nil)
    }
}
