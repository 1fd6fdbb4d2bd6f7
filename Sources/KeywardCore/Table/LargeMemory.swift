#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Zeroed memory at a fixed address, in huge pages if the system has them. A look-up among a million keys then misses
/// the caches, but not the page table.
struct LargeMemory: ~Copyable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    private let mapped: (start: UnsafeMutableRawPointer, count: Int)

    private static let hugePage = 2 << 20

    /// - Parameter byteCount: 1 or more.
    init(byteCount: Int) {
        // More, to start at the start of a huge page. Unused pages cost no memory.
        let isLarge = byteCount >= Self.hugePage
        let count = byteCount + (isLarge ? Self.hugePage : 0)
        let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start, start != UnsafeMutableRawPointer(bitPattern: -1) else {
            preconditionFailure("the system has no memory left")
        }
        mapped = (start, count)
        self.byteCount = byteCount
        base = isLarge ? start.alignedUp(toMultipleOf: Self.hugePage) : start
        // Only advice: without it the pages are small.
        if isLarge { madvise(base, byteCount, MADV_HUGEPAGE) }
    }

    deinit {
        munmap(mapped.start, mapped.count)
    }
}
