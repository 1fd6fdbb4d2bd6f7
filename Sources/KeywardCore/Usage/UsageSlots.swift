/// The assignment of ledger slots to keys.
///
/// Uses are counted in memory, but a kill must not lose one that was answered. So the counts are in a ledger: a file
/// that is mapped into memory and outlives the process. Each key has a slot in it, which its row names. `HotKey` counts
/// there, and `FinishedHours` holds hours that have ended. `DirtyKeys` has the keys with usage to store, `FlushCycle`
/// the number to store each second. Refusals are counted separately, by hour, code and account.
///
/// A slot is zeroed before a key's number is written into it, and reused only after its key was deleted on disk. So it
/// never has counts of another key than the one whose row names it.
package struct UsageSlots: ~Copyable {
    /// The number of slots of a segment: 2 MiB.
    package static let segmentSize = 32_768

    private let ledger: any UsageLedger
    /// The number of consecutive slots that are assigned together, a divisor of ``segmentSize``.
    private let width: Int
    /// Whether there are slots that no row names, of owners with negative numbers.
    private let ownersMayBeNegative: Bool
    private var segments: [UnsafeMutablePointer<UsageSlot>] = []
    /// Slots from here on were never allocated.
    private var end: UInt32 = 0
    private var free: [UInt32] = []
    /// During loading: the slots that rows name.
    private var named: [Bool] = []
    private var lastGeneration: UInt32 = 0

    init(_ ledger: any UsageLedger, width: Int = 1, ownersMayBeNegative: Bool = false) {
        self.ledger = ledger
        self.width = width
        self.ownersMayBeNegative = ownersMayBeNegative
    }

    /// Opens the segments for `count` slots.
    mutating func reserve(_ count: Int, _ population: PagePopulation?) {
        guard count > 0 else { return }
        _ = pointer(to: UInt32(count - 1))
        for (segment, start) in zip(segments, stride(from: 0, to: count, by: Self.segmentSize)) {
            population?.announce(segment, min(count - start, Self.segmentSize) * MemoryLayout<UsageSlot>.stride)
        }
    }

    /// Allocates a slot for a key that is about to be stored.
    mutating func allocate() -> LedgerSlot {
        let slot = free.popLast() ?? end
        end = max(end, slot + 1)
        lastGeneration += 1
        clear(slot)
        return LedgerSlot(slot: slot, generation: lastGeneration)
    }

    /// Releases the slot of a key that was deleted, or was never stored.
    mutating func release(_ place: LedgerSlot) {
        clear(place.slot)
        free.append(place.slot)
    }

    /// The slot of a key that is now stored.
    mutating func open(_ place: LedgerSlot, for key: Int64) -> UnsafeMutablePointer<UsageSlot> {
        let slot = pointer(to: place.slot)
        if slot.pointee.key != key || slot.pointee.generation != place.generation {
            clear(place.slot)
            slot.pointee.generation = place.generation
            slot.pointee.key = key
        }
        slot.pointee.number = place.slot
        return slot
    }

    /// The slot that a key's row names, with its earlier counts; `nil` if another key's row names it, too.
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

    /// A slot of an earlier process that no row names, and that is not of a row: its owner has a negative number.
    struct Orphan {
        /// The positive number of its owner.
        var key: Int64
        var place: LedgerSlot
    }

    /// Every row was read: slots that none names are free, except those whose owners have negative numbers.
    @discardableResult
    mutating func completeLoad() -> [Orphan] {
        let orphans = findOrphans()
        for slot in 0..<end where Int(slot) >= named.count || !named[Int(slot)] {
            clear(slot)
            free.append(slot)
        }
        named = []
        return orphans
    }

    private mutating func findOrphans() -> [Orphan] {
        guard ownersMayBeNegative else { return [] }
        var orphans: [Orphan] = []
        let stored = UInt32(ledger.storedSegments * (Self.segmentSize / width))
        for slot in 0..<stored where Int(slot) >= named.count || !named[Int(slot)] {
            let found = pointer(to: slot).pointee
            guard found.key < 0, found.key != .min else { continue }
            let place = LedgerSlot(slot: slot, generation: found.generation)
            if reopen(place, for: found.key) != nil { orphans.append(Orphan(key: -found.key, place: place)) }
        }
        return orphans
    }

    /// How many slots can be allocated without a new segment.
    var spareCount: Int { free.count + segments.count * (Self.segmentSize / width) - Int(end) }

    var segmentCount: Int { segments.count }

    /// Takes the next segment, which the ledger may have opened already.
    mutating func openSegment() { segments.append(ledger.segment(segments.count)) }

    private mutating func clear(_ slot: UInt32) {
        pointer(to: slot).update(repeating: UsageSlot(), count: width)
    }

    private mutating func pointer(to slot: UInt32) -> UnsafeMutablePointer<UsageSlot> {
        let first = Int(slot) * width
        let segment = first / Self.segmentSize
        while segments.count <= segment { segments.append(ledger.segment(segments.count)) }
        return segments[segment] + first % Self.segmentSize
    }
}
