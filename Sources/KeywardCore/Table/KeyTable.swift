/// The hot keys, found by digest: an open-addressing table of 8-byte slots over segments of records that never move.
///
/// Not thread-safe: ``KeyRegistry`` has the lock.
package struct KeyTable: ~Copyable {
    /// The index of a hot key, valid while it is present.
    package typealias Index = Int

    private struct Slot {
        /// The lower half of the digest's first word, which selects the slot.
        var fingerprint: UInt32
        /// The record's index plus one; 0 is free, `UInt32.max` was freed.
        var entry: UInt32
    }

    /// Memory in huge pages, as a class that an array can hold.
    private final class Block {
        let memory: LargeMemory

        init(byteCount: Int) {
            memory = LargeMemory(byteCount: byteCount)
        }
    }

    /// A segment is two huge pages.
    static let segmentSize = 65_536
    private static let freed = UInt32.max

    private var slots: UnsafeMutablePointer<Slot>
    private var slotMemory: Block
    private var capacity = TableCapacity()
    private var used = 0
    private var segments: [UnsafeMutablePointer<HotKey>] = []
    private var segmentMemory: [Block] = []
    private var freeIndices: [Index] = []
    private var texts = TextArena()
    /// The number of indices that were ever assigned.
    package private(set) var endIndex: Index = 0
    /// The number of keys.
    package private(set) var count = 0

    package init() {
        slotMemory = Self.emptySlots(capacity.slots)
        slots = slotMemory.memory.base.assumingMemoryBound(to: Slot.self)
    }

    deinit {
        for index in 0..<endIndex {
            let key = pointer(to: index)
            if let text = key.pointee.text { TextArena.end(text.base, Int(text.head.size)) }
            key.pointee.release()
        }
    }

    /// The record at `index`, which came from ``insert(_:)``.
    package subscript(index: Index) -> HotKey {
        @inline(__always) unsafeAddress { UnsafePointer(pointer(to: index)) }
        @inline(__always) unsafeMutableAddress { pointer(to: index) }
    }

    /// The records of the keys.
    var records: KeyRecords { KeyRecords(segments, count: endIndex) }

    /// The index of the key with this digest.
    ///
    /// The whole digest is compared without a branch on the first difference.
    package func find(_ digest: Digest) -> Index? {
        let fingerprint = Self.fingerprint(of: digest)
        var position = capacity.start(fingerprint)
        while true {
            let slot = slots[position]
            if slot.entry == 0 { return nil }
            if slot.fingerprint == fingerprint, slot.entry != Self.freed {
                let index = Index(slot.entry - 1)
                let difference = pointer(to: index).pointee.digest.words ^ digest.words
                if difference[0] | difference[1] | difference[2] | difference[3] == 0 { return index }
            }
            position = capacity.next(position)
        }
    }

    // Searches wait for memory one after another. So the memory of several is prefetched, one step for all of them at a
    // time: first their slots, then the records of these.

    /// Prefetches the slot at which the search for a digest begins.
    @inline(__always)
    func prefetchSlot(for digest: Digest) {
        prefetch(slots + capacity.start(Self.fingerprint(of: digest)))
    }

    /// Prefetches the record of the slot at which the search for a digest begins.
    @inline(__always)
    func prefetchRecord(for digest: Digest) {
        let entry = slots[capacity.start(Self.fingerprint(of: digest))].entry
        if entry != 0, entry != Self.freed { prefetchRecord(at: Index(entry - 1)) }
    }

    /// Prefetches the record at `index`.
    @inline(__always)
    func prefetchRecord(at index: Index) { prefetch(pointer(to: index)) }

    /// Adds a key with a new digest.
    package mutating func insert(_ key: HotKey) -> Index {
        let index = append(key)
        enter(index)
        return index
    }

    /// Adds a key that can be found only after ``enter(_:)``.
    mutating func append(_ key: HotKey) -> Index {
        let index = freeIndices.popLast() ?? newIndex()
        pointer(to: index).initialize(to: key)
        count += 1
        return index
    }

    /// Makes the key at `index` findable by its digest.
    mutating func enter(_ index: Index) {
        if capacity.isFull(used) { grow() }
        place(fingerprint: Self.fingerprint(of: self[index].digest), entry: UInt32(index + 1))
    }

    /// Reserves capacity for `count` keys, while there are none.
    mutating func reserve(_ count: Int, _ population: PagePopulation?) {
        guard used == 0 else { return }
        capacity.reserve(count)
        slotMemory = Self.emptySlots(capacity.slots)
        slots = slotMemory.memory.base.assumingMemoryBound(to: Slot.self)
        population?.announce(slotMemory.memory)
        while segments.count * Self.segmentSize < count { appendSegment() }
        let size = MemoryLayout<HotKey>.stride
        for (segment, start) in zip(segmentMemory, stride(from: 0, to: count, by: Self.segmentSize)) {
            population?.announce(segment.memory.base, min(count - start, Self.segmentSize) * size)
        }
        if let population { texts.expect(count, population) }
    }

    /// No more keys are loaded.
    mutating func endLoad() { texts.expectNoMore() }

    /// Removes a key; its index may be reused.
    package mutating func remove(at index: Index) {
        free(slotOf: index)
        setText(UnsafeRawBufferPointer(start: nil, count: 0), at: index)
        pointer(to: index).pointee.release()
        pointer(to: index).pointee.isPresent = false
        pointer(to: index).pointee.usage = nil
        freeIndices.append(index)
        count -= 1
    }

    /// Gives the key at `index` another digest.
    mutating func setDigest(_ digest: Digest, at index: Index) {
        guard pointer(to: index).pointee.digest != digest else { return }
        free(slotOf: index)
        pointer(to: index).pointee.digest = digest
        enter(index)
    }

    private mutating func free(slotOf index: Index) {
        var position = capacity.start(Self.fingerprint(of: pointer(to: index).pointee.digest))
        while slots[position].entry != UInt32(index + 1) { position = capacity.next(position) }
        slots[position].entry = Self.freed
    }

    /// Replaces the text of the key at `index`, or removes it if there are no bytes.
    mutating func setText(_ bytes: UnsafeRawBufferPointer, at index: Index) {
        let key = pointer(to: index)
        if let old = key.pointee.text { texts.free(old.base, Int(old.head.size)) }
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return key.pointee.text = nil }
        let run = texts.allocate(bytes.count)
        run.copyMemory(from: start, byteCount: bytes.count)
        key.pointee.text = KeyText(base: run)
    }

    @inline(__always)
    func pointer(to index: Index) -> UnsafeMutablePointer<HotKey> {
        segments[index / Self.segmentSize] + index % Self.segmentSize
    }

    private mutating func newIndex() -> Index {
        if endIndex == segments.count * Self.segmentSize { appendSegment() }
        endIndex += 1
        return endIndex - 1
    }

    private mutating func appendSegment() {
        let block = Block(byteCount: Self.segmentSize * MemoryLayout<HotKey>.stride)
        segmentMemory.append(block)
        segments.append(block.memory.base.assumingMemoryBound(to: HotKey.self))
    }

    private static func fingerprint(of digest: Digest) -> UInt32 { UInt32(truncatingIfNeeded: digest.words[0]) }

    private mutating func place(fingerprint: UInt32, entry: UInt32) {
        var position = capacity.start(fingerprint)
        while slots[position].entry != 0 { position = capacity.next(position) }
        slots[position] = Slot(fingerprint: fingerprint, entry: entry)
        used += 1
    }

    private mutating func grow() {
        let (old, oldMemory) = (UnsafeBufferPointer(start: slots, count: capacity.slots), slotMemory)
        capacity.grow(for: count)
        slotMemory = Self.emptySlots(capacity.slots)
        slots = slotMemory.memory.base.assumingMemoryBound(to: Slot.self)
        used = 0
        for slot in old where slot.entry != 0 && slot.entry != Self.freed {
            place(fingerprint: slot.fingerprint, entry: slot.entry)
        }
        withExtendedLifetime(oldMemory) {}
    }

    private static func emptySlots(_ count: Int) -> Block {
        Block(byteCount: count * MemoryLayout<Slot>.stride)
    }
}
