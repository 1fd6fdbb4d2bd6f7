/// Which slots of a ledger belong to which keys.
///
/// Uses are counted in memory, and a kill must not lose one that was answered. So the counts are in a ledger: a file
/// that is mapped into memory and outlives the process. Each key has a slot in it, which its row names. `HotKey` counts
/// there, `FinishedHours` holds hours that have ended, `DirtyKeys` says which keys have usage to store, and
/// `FlushCycle` how many of them are stored each second. Refusals are counted apart, by hour, code and account.
///
/// A slot is zeroed before a key's number is written into it, and given out anew only once its key was forgotten on
/// disk: so it never tells of another key than the one whose row names it.
package struct UsageSlots: ~Copyable {
    /// How many slots a segment has: 2 MiB.
    package static let segmentSize = 32_768

    private let ledger: any UsageLedger
    private var segments: [UnsafeMutablePointer<UsageSlot>] = []
    /// Slots from here on were never given out.
    private var end: UInt32 = 0
    private var free: [UInt32] = []
    /// While keys are loaded: which slots rows have named.
    private var named: [Bool] = []
    private var lastGeneration: UInt32 = 0

    init(_ ledger: any UsageLedger) {
        self.ledger = ledger
    }

    /// Takes a free slot for a key that is about to be stored.
    mutating func allocate() -> LedgerSlot {
        let slot = free.popLast() ?? end
        end = max(end, slot + 1)
        lastGeneration += 1
        pointer(to: slot).pointee = UsageSlot()
        return LedgerSlot(slot: slot, generation: lastGeneration)
    }

    /// Gives a slot back whose key was forgotten, or never came to be.
    mutating func release(_ place: LedgerSlot) {
        pointer(to: place.slot).pointee = UsageSlot()
        free.append(place.slot)
    }

    /// The slot of a key that is stored now.
    mutating func open(_ place: LedgerSlot, for key: Int64) -> UnsafeMutablePointer<UsageSlot> {
        let slot = pointer(to: place.slot)
        if slot.pointee.key != key || slot.pointee.generation != place.generation {
            slot.pointee = UsageSlot()
            slot.pointee.generation = place.generation
            slot.pointee.key = key
        }
        slot.pointee.number = place.slot
        return slot
    }

    /// The slot that a key's row names, as an earlier process left it if it is this key's; `nil` if another key's row
    /// names it too.
    mutating func reopen(_ place: LedgerSlot, for key: Int64) -> UnsafeMutablePointer<UsageSlot>? {
        if named.count <= Int(place.slot) {
            named.append(contentsOf: repeatElement(false, count: Int(place.slot) + 1_024 - named.count))
        }
        guard !named[Int(place.slot)] else { return nil }
        named[Int(place.slot)] = true
        end = max(end, place.slot + 1)
        lastGeneration = max(lastGeneration, place.generation)
        return open(place, for: key)
    }

    /// Every row was read: what none has named is free.
    mutating func completeLoad() {
        for slot in 0..<end where Int(slot) >= named.count || !named[Int(slot)] {
            pointer(to: slot).pointee = UsageSlot()
            free.append(slot)
        }
        named = []
    }

    private mutating func pointer(to slot: UInt32) -> UnsafeMutablePointer<UsageSlot> {
        let segment = Int(slot) / Self.segmentSize
        while segments.count <= segment { segments.append(ledger.segment(segments.count)) }
        return segments[segment] + Int(slot) % Self.segmentSize
    }
}
