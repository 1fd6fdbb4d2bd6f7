/// The hot keys, found by digest: an open-addressing table of 16-byte slots over segments of records that never move.
///
/// Not for two threads at once: ``KeyRing`` has the lock.
package struct KeyTable: ~Copyable {
    /// A hot key's place, for as long as it is present.
    package typealias Index = Int

    private struct Slot {
        var fingerprint: UInt64
        /// The record's index plus one; 0 is free, `UInt64.max` was freed.
        var entry: UInt64
    }

    private static let segmentSize = 4_096
    private static let freed = UInt64.max

    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private var used = 0
    private var segments: [UnsafeMutablePointer<HotKey>] = []
    private var freeIndices: [Index] = []
    /// How many indices were ever given out.
    package private(set) var endIndex: Index = 0
    /// How many keys are present.
    package private(set) var count = 0

    package init() {
        mask = 1_023
        slots = Self.emptySlots(mask + 1)
    }

    deinit {
        for index in 0..<endIndex { pointer(to: index).pointee.release() }
        for segment in segments { segment.deallocate() }
        slots.deallocate()
    }

    /// The record at `index`, which was given out by ``insert(_:)``.
    package subscript(index: Index) -> HotKey {
        unsafeAddress { UnsafePointer(pointer(to: index)) }
        unsafeMutableAddress { pointer(to: index) }
    }

    /// Where the key with this digest is.
    ///
    /// The whole digest is compared without a branch on where it differs.
    package func find(_ digest: Digest) -> Index? {
        var position = Int(truncatingIfNeeded: digest.words[0]) & mask
        while true {
            let slot = slots[position]
            if slot.entry == 0 { return nil }
            if slot.fingerprint == digest.words[0], slot.entry != Self.freed {
                let index = Index(slot.entry - 1)
                let difference = pointer(to: index).pointee.digest.words ^ digest.words
                if difference[0] | difference[1] | difference[2] | difference[3] == 0 { return index }
            }
            position = (position + 1) & mask
        }
    }

    /// Adds a key whose digest is not there yet.
    package mutating func insert(_ key: HotKey) -> Index {
        if (used + 1) * 4 > (mask + 1) * 3 { grow() }
        let index = freeIndices.popLast() ?? newIndex()
        pointer(to: index).initialize(to: key)
        place(fingerprint: key.digest.words[0], entry: UInt64(index + 1))
        count += 1
        return index
    }

    /// Forgets a key; its index may be given out again.
    package mutating func remove(at index: Index) {
        let fingerprint = pointer(to: index).pointee.digest.words[0]
        var position = Int(truncatingIfNeeded: fingerprint) & mask
        while slots[position].entry != UInt64(index + 1) { position = (position + 1) & mask }
        slots[position].entry = Self.freed
        pointer(to: index).pointee.release()
        pointer(to: index).pointee.isPresent = false
        freeIndices.append(index)
        count -= 1
    }

    private func pointer(to index: Index) -> UnsafeMutablePointer<HotKey> {
        segments[index / Self.segmentSize] + index % Self.segmentSize
    }

    private mutating func newIndex() -> Index {
        if endIndex == segments.count * Self.segmentSize {
            segments.append(.allocate(capacity: Self.segmentSize))
        }
        endIndex += 1
        return endIndex - 1
    }

    private mutating func place(fingerprint: UInt64, entry: UInt64) {
        var position = Int(truncatingIfNeeded: fingerprint) & mask
        while slots[position].entry != 0 { position = (position + 1) & mask }
        slots[position] = Slot(fingerprint: fingerprint, entry: entry)
        used += 1
    }

    private mutating func grow() {
        let old = UnsafeMutableBufferPointer(start: slots, count: mask + 1)
        if count * 2 > mask { mask = mask * 2 + 1 }
        slots = Self.emptySlots(mask + 1)
        used = 0
        for slot in old where slot.entry != 0 && slot.entry != Self.freed {
            place(fingerprint: slot.fingerprint, entry: slot.entry)
        }
        old.deallocate()
    }

    private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
        slots.initialize(repeating: Slot(fingerprint: 0, entry: 0), count: count)
        return slots
    }
}
