import KeywardBase
import KeywardTesting
import Testing

@testable import KeywardCore

struct LastAddressesTests {
    private func address(_ number: Int) -> IPAddress { IPAddress(high: 0x2001 << 48, low: UInt64(number)) }
    private func at(_ milliseconds: Int) -> Instant { Instant(milliseconds: Int64(milliseconds)) }

    @Test func anAddressIsNotedWhenItDiffersFromTheLast() {
        var last = LastAddresses()
        for (time, number) in [1, 1, 2, 2, 1, 3, 3].enumerated() { last.note(address(number), ofKey: 7, at: at(time)) }
        #expect(
            last.uses(ofKey: 7) == [
                AddressUse(address(3), since: at(5)), AddressUse(address(1), since: at(4)),
                AddressUse(address(2), since: at(2)),
            ])
        #expect(last.uses(ofKey: 8).isEmpty)
    }

    /// Compares with lists, over keys that share a bucket, keys that are deleted, and addresses that come back.
    @Test(arguments: 1...20) func itAgreesWithAListOfEachKey(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var last = LastAddresses()
        var model: [Int64: [AddressUse]] = [:]
        let keys = [1, 2, 3].flatMap {
            [$0, $0 + Int64(LastAddresses.mostKeys), $0 + Int64(2 * LastAddresses.mostKeys)]
        }
        for time in 0..<2_000 {
            let key = keys.randomElement(using: &random)!
            if random.chance(1, outOf: 40) {
                last.forget(key: key)
                model[key] = nil
            } else {
                let use = AddressUse(address(Int.random(in: 0..<12, using: &random)), since: at(time))
                last.note(use.address, ofKey: key, at: use.since)
                let known = model[key] ?? []
                if known.first?.address != use.address {
                    model[key] = Array(([use] + known.filter { $0.address != use.address }).prefix(8))
                }
            }
            for key in keys { try #require(last.uses(ofKey: key) == model[key] ?? []) }
        }
    }

    @Test func memoryIsBoundedHoweverManyKeysArePresented() throws {
        var last = LastAddresses()
        let most = Int64(LastAddresses.mostKeys)
        #expect(most == 65_536)
        // A deleted key leaves its place until its turn comes.
        for key in 1...most {
            last.note(address(Int(key)), ofKey: key, at: at(0))
            if key == 3 { last.forget(key: 2) }
        }
        for key in most + 1...most + 100 { last.note(address(Int(key)), ofKey: key, at: at(0)) }
        for key in 1...100 as ClosedRange<Int64> { #expect(last.uses(ofKey: key).isEmpty) }
        for key in 101...most + 100 {
            try #require(last.uses(ofKey: key).map(\.address) == [address(Int(key))])
        }
    }

    @Test func nothingIsKeptWhenThatIsTurnedOff() {
        var last = LastAddresses()
        last.note(address(1), ofKey: 7, at: at(1))
        last.areKept = false
        last.note(address(2), ofKey: 7, at: at(2))
        last.areKept = true
        #expect(last.uses(ofKey: 7).isEmpty)
        last.note(address(3), ofKey: 7, at: at(3))
        #expect(last.uses(ofKey: 7).map(\.address) == [address(3)])
    }
}
