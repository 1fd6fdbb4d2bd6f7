/// The memory of allowance cells, each in a cache line that never moves.
struct AllowanceCells: ~Copyable {
    /// The number of cells that are allocated together, a power of two.
    private static let together = 1_024

    private var segments: [UnsafeMutableRawPointer] = []

    deinit {
        segments.forEach { $0.deallocate() }
    }

    /// The cell at an index below the greatest that was reserved, plus one.
    subscript(index: Int) -> UnsafeMutablePointer<AllowanceCell> {
        @inline(__always) get {
            let offset = index % Self.together * cacheLine
            return (segments[index / Self.together] + offset).assumingMemoryBound(to: AllowanceCell.self)
        }
    }

    /// Allocates memory up to an index.
    mutating func reserve(_ index: Int) {
        precondition(MemoryLayout<AllowanceCell>.stride == cacheLine)
        while segments.count <= index / Self.together {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: Self.together * cacheLine, alignment: cacheLine)
            memory.bindMemory(to: AllowanceCell.self, capacity: Self.together)
            segments.append(memory)
        }
    }
}
