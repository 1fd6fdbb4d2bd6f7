import KeywardBase
import KeywardTesting
import Testing

@testable import KeywardCore

struct HotKeyTests {
    @Test func aRecordIsOneCacheLine() {
        #expect(MemoryLayout<HotKey>.stride == cacheLine)
        #expect(MemoryLayout<KeyText.Head>.stride == 32)
    }

    /// Sets marks, grace, usage and expiry in random order, and compares with plain variables after each step.
    @Test(arguments: 1...20) func itsFactsDoNotDisturbEachOther(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let slots = UnsafeMutablePointer<UsageSlot>.allocate(capacity: 2)
        slots.initialize(repeating: UsageSlot(), count: 2)
        defer { slots.deallocate() }
        var facts = StatusFacts(createdAt: Instant(milliseconds: 0))
        var key = HotKey(digest: Digest(words: .zero), facts: facts, workspace: 7, number: 9)
        defer { key.release() }
        var (usage, isDirty, awaits): (UnsafeMutablePointer<UsageSlot>?, Bool, Bool) = (nil, false, false)
        let blocks = ["10.0.0.0/8", "11.0.0.0/8", "::/0"].compactMap { AddressBlock($0) }
        var addresses: [AddressBlock]?
        let instants =
            [Instant.distantPast, .distantFuture] + [-1, 0, 1, 4_102_358_400_000].map { Instant(milliseconds: $0) }
        for _ in 0..<300 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: (facts.graceEndsAt, facts.graceWaitsUntil) = (.distantFuture, .distantFuture)
            case 1: facts.graceEndsAt = instants.randomElement(using: &random)!
            case 2: facts.graceWaitsUntil = instants.randomElement(using: &random)!
            case 3: facts.expiresAt = instants.randomElement(using: &random)!
            case 4: (facts.isRevoked, facts.isDisabled) = (Bool.random(using: &random), Bool.random(using: &random))
            case 5: addresses = [nil, [], [blocks[0]], blocks].randomElement(using: &random)!
            case 6: usage = [nil, slots, slots + 1].randomElement(using: &random)!
            default: (isDirty, awaits) = (Bool.random(using: &random), Bool.random(using: &random))
            }
            key.facts = facts
            (key.usage, key.isDirty, key.awaitsFirstUse) = (usage, isDirty, awaits)
            key.setAddresses(addresses)
            #expect(key.expiresAt == facts.expiresAt)
            #expect((key.graceEndsAt, key.graceWaitsUntil) == (facts.graceEndsAt, facts.graceWaitsUntil))
            #expect((key.isRevoked, key.isDisabled) == (facts.isRevoked, facts.isDisabled))
            #expect((key.usage, key.isDirty, key.awaitsFirstUse) == (usage, isDirty, awaits))
            for text in ["10.1.1.1", "11.1.1.1", "::1"] {
                let address = IPAddress(text)!
                #expect(key.admits(address) == addresses?.contains { $0.contains(address) } ?? true)
            }
            #expect(key.admits(nil) == (addresses == nil))
            #expect(key.isPresent && key.workspace == 7 && key.number == 9)
        }
    }

    @Test func severalPeersAndAGraceAreKeptTogether() {
        let slot = UnsafeMutablePointer<UsageSlot>.allocate(capacity: 1)
        slot.initialize(to: UsageSlot())
        defer { slot.deallocate() }
        var facts = StatusFacts(createdAt: Instant(milliseconds: 0))
        facts.graceEndsAt = Instant(milliseconds: 50)
        var key = HotKey(digest: Digest(words: .zero), facts: facts, workspace: 1, number: 1)
        defer { key.release() }
        key.usage = slot
        key.setAddresses([])
        for uid in [1, 2, 3, 1, 2] as [UInt32] { key.countValid(by: uid, at: Instant(milliseconds: 9)) { _ in } }
        facts.graceEndsAt = .distantFuture
        key.facts = facts
        #expect(Dictionary(uniqueKeysWithValues: key.peers.map { ($0.uid, $0.valid) }) == [1: 2, 2: 2, 3: 1])
        #expect(!key.admits(nil))
        #expect(key.valid == 5 && key.usage == slot && key.graceEndsAt == .distantFuture)
    }

    /// A key counts as expiring from an instant that its text has; its expiry alone answers for most keys.
    @Test func aKeyCountsAsExpiringFromTheSameInstantAsItsRecord() throws {
        let fixture = try AuthorityFixture()
        for lifetime in [1, 20, 149, 150, 400] {
            let key = try fixture.create("key-\(lifetime)", expiresIn: .days(lifetime))
            let record = key.view.record
            let from = StatusFacts(of: record, lastUsedAt: nil, origin: nil).expiringFrom
            fixture.authority.registry.read { state in
                let hot = state.table[state.index(ofNumber: record.number)!]
                #expect(hot.expiringFrom == from)
                for offset in [-1, 0, 1] {
                    let now = from + Instant.Span(milliseconds: Int64(offset))
                    #expect(hot.isExpiring(at: now) == (offset >= 0))
                }
                #expect(hot.createdAt == record.createdAt)
            }
        }
    }
}
