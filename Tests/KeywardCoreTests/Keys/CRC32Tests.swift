import KeywardCore
import KeywardTesting
import Testing

struct CRC32Tests {
    @Test(arguments: [
        ("", 0), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926), ("12345678", 0x9AE0_DAAF),
        ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
    ])
    func agreesWithKnownChecksums(text: String, checksum: UInt32) {
        #expect(Array(text.utf8).withUnsafeBytes { CRC32.checksum($0) } == checksum)
    }

    @Test func agreesWithTheBitwiseDefinitionAtEveryLengthAndOffset() {
        var random = SeededGenerator(seed: 2)
        let bytes = (0..<80).map { _ in UInt8.random(in: 0...255, using: &random) }
        for start in 0..<9 {
            for end in start...bytes.count {
                let slice = Array(bytes[start..<end])
                let fast = bytes.withUnsafeBytes { CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
                #expect(fast == bitwise(slice))
            }
        }
    }

    /// The remainder, computed bit by bit.
    private func bitwise(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
    }
}
