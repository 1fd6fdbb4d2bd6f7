/// The hot keys, found by digest: segments of records that never move, and an index of them.
///
/// Not thread-safe: ``KeyRegistry`` has the lock.
package struct KeyTable: ~Copyable {
    /// The index of a hot key, valid while it is present.
    package typealias Index = Int

    /// Memory in huge pages, as a class that an array can hold.
    private final class Block {
        let memory: LargeMemory

        init(byteCount: Int) {
            memory = LargeMemory(byteCount: byteCount)
        }
    }

    /// A segment is two huge pages.
    static let segmentSize = 65_536

    private var byDigest = HashIndex()
    private var segments: [UnsafeMutablePointer<HotKey>] = []
    private var segmentMemory: [Block] = []
    private var freeIndices: [Index] = []
    private var texts = TextArena()
    /// The number of indices that were ever assigned.
    package private(set) var endIndex: Index = 0
    /// The number of keys.
    package private(set) var count = 0

    package init() {}

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
        byDigest.find(Self.hash(of: digest)) { index in
            let difference = pointer(to: index).pointee.digest.words ^ digest.words
            return difference[0] | difference[1] | difference[2] | difference[3] == 0
        }
    }

    // Searches wait for memory one after another. So the memory of several is prefetched, one step for all of them at a
    // time: first their entries, then the records of these.

    /// Prefetches the entry at which the search for a digest begins.
    @inline(__always)
    func prefetchEntry(for digest: Digest) { byDigest.prefetchEntry(Self.hash(of: digest)) }

    /// The index that ``find(_:)`` examines first, which is nearly always the right one; it reads no record.
    @inline(__always)
    func candidate(for digest: Digest) -> Index? { byDigest.candidate(Self.hash(of: digest)) }

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
        let segments = segments
        byDigest.add(index, Self.hash(of: self[index].digest)) {
            Self.hash(of: segments[$0 / Self.segmentSize][$0 % Self.segmentSize].digest)
        }
    }

    /// Reserves capacity for `count` keys, while there are none.
    mutating func reserve(_ count: Int, _ population: PagePopulation?) {
        guard endIndex == 0 else { return }
        byDigest.reserve(count, population)
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
        byDigest.remove(index, Self.hash(of: self[index].digest))
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
        byDigest.remove(index, Self.hash(of: self[index].digest))
        pointer(to: index).pointee.digest = digest
        enter(index)
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

    private static func hash(of digest: Digest) -> Int { Int(truncatingIfNeeded: digest.words[0]) }
}
