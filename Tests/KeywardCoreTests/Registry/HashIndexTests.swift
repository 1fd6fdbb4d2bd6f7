import KeywardTesting
import Testing

@testable import KeywardCore

@Suite struct HashIndexTests {
    /// With few bits for an index the table is rebuilt with more bits.
    @Test(arguments: [4, 8, 24])
    func itAgreesWithADictionary(indexBits: UInt32) {
        var random = SeededGenerator(seed: UInt64(indexBits))
        var index = HashIndex(indexBits: indexBits)
        // Keys share texts and texts share hashes, as the lowest bits of hashes share slots.
        var texts: [Int] = []
        var held: [Int: KeyTable.Index] = [:]
        func hash(_ text: Int) -> Int { text / 2 &* 0x1000_0001 }
        for _ in 0..<20_000 {
            let text = Int.random(in: 0..<3_000, using: &random)
            if random.chance(1, outOf: 4) {
                if let key = held.removeValue(forKey: text) { index.remove(key, hash(text)) }
            } else {
                texts.append(text)
                index.put(texts.count - 1, hash(text), replacing: { texts[$0] == text }) { hash(texts[$0]) }
                held[text] = texts.count - 1
            }
            let other = Int.random(in: 0..<3_000, using: &random)
            #expect(index.find(hash(other)) { texts[$0] == other } == held[other])
        }
        for text in 0..<3_000 { #expect(index.find(hash(text)) { texts[$0] == text } == held[text]) }
    }

    @Test func roomThatWasReservedHoldsAsManyAndMore() {
        var index = HashIndex()
        index.reserve(5_000, nil)
        for key in 0..<9_000 { index.put(key, key &* 0x9E37_79B9, replacing: { $0 == key }) { $0 &* 0x9E37_79B9 } }
        for key in 0..<9_000 { #expect(index.find(key &* 0x9E37_79B9) { $0 == key } == key) }
    }
}
