import KeywardCore
import KeywardTesting
import Testing

struct ULIDTests {
    @Test func theTimeComesFirstAsTheSpecificationWritesIt() {
        var random = SeededGenerator(seed: 1)
        // The example of the ULID specification: 01ARZ3NDEK… is 2016-07-30T23:54:10.259Z.
        let id = ULID.keyID(at: Instant(milliseconds: 1_469_922_850_259), using: &random)
        #expect(id.hasPrefix("key_01arz3ndek"))
        #expect(id.utf8.count == 30)
        #expect(ULID.isKeyID(id))
    }

    @Test func idsSortByTime() {
        var random = SeededGenerator(seed: 2)
        let ids = (0..<200).map { ULID.keyID(at: Instant(milliseconds: 1_700_000_000_000 + $0 * 977), using: &random) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }

    @Test func allRandomBitsVary() {
        var random = SeededGenerator(seed: 3)
        let ids = (0..<400).map { _ in Array(ULID.keyID(at: Instant(milliseconds: 0), using: &random).utf8) }
        for place in 14..<30 { #expect(Set(ids.map { $0[place] }).count > 20, "digit \(place) hardly varies") }
    }

    @Test(arguments: [
        "", "key_", "01arz3ndektsv4rrffq69g5fav", "key_01arz3ndektsv4rrffq69g5fa", "key_01arz3ndektsv4rrffq69g5favv",
        "key_01ARZ3NDEKTSV4RRFFQ69G5FAV", "key_01arz3ndektsv4rrffq69g5fai", "Key_01arz3ndektsv4rrffq69g5fav",
        "key-01arz3ndektsv4rrffq69g5fav", "key_01arz3ndektsv4rrffq69g5fa漢",
    ])
    func otherTextIsNoKeyID(text: String) {
        #expect(!ULID.isKeyID(text))
    }
}
