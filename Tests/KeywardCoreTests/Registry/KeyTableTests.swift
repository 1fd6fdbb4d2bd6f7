import KeywardTesting
import Testing

@testable import KeywardCore

struct KeyTableTests {
    private func key(_ digest: Digest, _ number: Int64) -> HotKey {
        HotKey(
            digest: digest, facts: StatusFacts(createdAt: Instant(milliseconds: 0)), workspace: 1, number: number)
    }

    @Test func agreesWithADictionaryThroughGrowthAndReuse() {
        var random = SeededGenerator(seed: 1)
        var table = KeyTable()
        var plain: [Digest: (index: KeyTable.Index, number: Int64)] = [:]
        var gone: [Digest] = []
        for number in Int64(1)...30_000 {
            if random.chance(2, outOf: 5), let (digest, held) = plain.randomElement(using: &random) {
                table.remove(at: held.index)
                plain[digest] = nil
                gone.append(digest)
            } else {
                // All share the entry where the search starts, and some the rest of the hash.
                let first = UInt64.random(in: 0..<64, using: &random) | random.next() << 32
                let digest = Digest(words: SIMD4(first, random.next(), random.next(), random.next()))
                plain[digest] = (table.insert(key(digest, number)), number)
            }
            #expect(table.count == plain.count)
        }
        for (digest, held) in plain {
            #expect(table.find(digest) == held.index)
            #expect(table[held.index].number == held.number)
        }
        for digest in gone { #expect(table.find(digest) == nil) }
        #expect(Set(plain.values.map(\.index)).count == plain.count)
    }

    @Test func recordsStayInPlaceWhileTheTableGrows() {
        var random = SeededGenerator(seed: 2)
        var records = RandomRecords(seed: 3)
        var table = KeyTable()
        let digests = (0..<20_000).map { _ in records.digest() }
        for (place, digest) in digests.enumerated() {
            #expect(table.insert(key(digest, Int64(place))) == place)
        }
        #expect(table.endIndex == digests.count)
        for _ in 0..<2_000 {
            let place = Int.random(in: digests.indices, using: &random)
            #expect(table.find(digests[place]) == place)
            #expect(table[place].number == Int64(place))
        }
    }

    @Test func everyBitOfADigestCounts() {
        var table = KeyTable()
        var records = RandomRecords(seed: 4)
        let digest = records.digest()
        _ = table.insert(key(digest, 1))
        for bit in 0..<256 {
            var other = digest
            other.words[bit / 64] ^= 1 << UInt64(bit % 64)
            #expect(table.find(other) == nil)
        }
        #expect(table.find(digest) == 0)
    }

    @Test func removingAndAddingForEverDoesNotFillTheTable() {
        var table = KeyTable()
        var records = RandomRecords(seed: 5)
        for number in Int64(0)..<50_000 { table.remove(at: table.insert(key(records.digest(), number))) }
        #expect(table.count == 0)
        #expect(table.endIndex == 1)
        #expect(table.find(records.digest()) == nil)
    }

    @Test func theCandidateForADigestIsNearlyAlwaysItsKey() {
        var table = KeyTable()
        var records = RandomRecords(seed: 6)
        let digests = (0..<20_000).map { _ in records.digest() }
        for (place, digest) in digests.enumerated() { _ = table.insert(key(digest, Int64(place))) }
        let others = digests.enumerated().count { table.candidate(for: $1) != $0 }
        #expect(others < digests.count / 50)
        // An entry has eight bits of the hash beside those that select it.
        let found = (0..<20_000).count { _ in table.candidate(for: records.digest()) != nil }
        #expect(found < 20_000 / 25)
    }

    @Test func aKeyThatIsEnteredAfterTheTableGrewIsFoundOnce() {
        var table = KeyTable()
        var records = RandomRecords(seed: 7)
        let digests = (0..<6_000).map { _ in records.digest() }
        // The first is entered last, and the table grows several times until then.
        for (place, digest) in digests.enumerated() { _ = table.append(key(digest, Int64(place))) }
        for index in digests.indices.dropFirst() { table.enter(index) }
        #expect(table.find(digests[0]) == nil)
        table.enter(0)
        for (place, digest) in digests.enumerated() { #expect(table.find(digest) == place) }
        table.remove(at: 0)
        #expect(table.find(digests[0]) == nil)
    }
}
