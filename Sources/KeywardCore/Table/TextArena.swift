/// Memory for the texts of keys: blocks that do not move until they are freed.
///
/// Blocks of up to 2 KiB are parts of chunks in huge pages, and reused by size; the allocator provides longer ones.
struct TextArena: ~Copyable {
    private final class Chunk {
        let memory = LargeMemory(byteCount: TextArena.chunkSize)
    }

    private static let chunkSize = 8 << 20
    private static let grain = 8
    private static let longest = 2_048
    /// The number of bytes after a block that may be read.
    private static let ahead = 256

    private var chunks: [Chunk] = []
    private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// During a load: the chunk after the last one, which is being populated.
    private var spare: Chunk?
    private var population: PagePopulation?
    /// During a load: how many blocks are still expected, and how many the last chunk has.
    private var (expected, inChunk) = (0, 0)
    /// By size in grains: the first free block, which contains the address of the next.
    private var free = [UnsafeMutableRawPointer?](repeating: nil, count: longest / grain + 1)

    /// - Parameter count: 1 or more.
    mutating func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        guard count <= Self.longest else { return .allocate(byteCount: count + Self.ahead, alignment: 16) }
        let grains = (count + Self.grain - 1) / Self.grain
        if let run = free[grains] {
            free[grains] = run.load(as: UnsafeMutableRawPointer?.self)
            return run
        }
        if buffer.count < grains * Self.grain + Self.ahead {
            // Less than 2 KiB of the old chunk's 8 MiB stay unused.
            chunks.append(spare ?? Chunk())
            prepareSpare()
            buffer = UnsafeMutableRawBufferPointer(start: chunks[chunks.count - 1].memory.base, count: Self.chunkSize)
        }
        (expected, inChunk) = (expected - 1, inChunk + 1)
        defer { buffer = UnsafeMutableRawBufferPointer(rebasing: buffer[(grains * Self.grain)...]) }
        return buffer.baseAddress!
    }

    /// Populates chunks in advance, for about `count` blocks.
    mutating func expect(_ count: Int, _ population: PagePopulation) {
        (expected, self.population) = (count, population)
    }

    /// Ends what ``expect(_:_:)`` began.
    mutating func expectNoMore() { (population, spare) = (nil, nil) }

    private mutating func prepareSpare() {
        spare = nil
        // The last chunk is not populated: a part of it stays unused.
        if let population, expected > inChunk {
            let chunk = Chunk()
            population.announce(chunk.memory)
            spare = chunk
        }
        inChunk = 0
    }

    /// Frees a block of `count` bytes.
    mutating func free(_ run: UnsafeMutableRawPointer, _ count: Int) {
        guard count <= Self.longest else { return run.deallocate() }
        let grains = (count + Self.grain - 1) / Self.grain
        run.storeBytes(of: free[grains], as: UnsafeMutableRawPointer?.self)
        free[grains] = run
    }

    /// Frees a block that is not part of a chunk, at the end of the arena.
    static func end(_ run: UnsafeMutableRawPointer, _ count: Int) {
        if count > longest { run.deallocate() }
    }
}
