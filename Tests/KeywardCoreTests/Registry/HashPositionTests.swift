import KeywardTesting
import Testing

@testable import KeywardCore

struct HashPositionTests {
    @Test(arguments: [1, 3, 1_024, 1_500, 4_097])
    func everyPositionHasEquallyManyHashes(capacity: Int) {
        var counts = [Int](repeating: 0, count: capacity)
        let (hashes, step) = (capacity * 64, UInt64(1) << 32 / UInt64(capacity * 64))
        for hash in 0..<hashes { counts[UInt32(UInt64(hash) * step).position(below: capacity)] += 1 }
        #expect(counts.allSatisfy { 60...68 ~= $0 })
    }

    @Test func theGreatestHashHasThePositionBeforeTheCapacity() {
        for capacity in [1, 2, 1_024, 1_500, 3_000_000_000] {
            #expect(UInt32.max.position(below: capacity) == capacity - 1)
            #expect(UInt32(0).position(below: capacity) == 0)
        }
    }
}
