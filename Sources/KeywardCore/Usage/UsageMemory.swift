import Synchronization

/// A ledger that ends with the process.
package final class UsageMemory: UsageLedger {
    private final class Segment {
        let memory = LargeMemory(byteCount: UsageSlots.segmentSize * MemoryLayout<UsageSlot>.stride)
    }

    private let segments = Mutex<[Segment]>([])

    package init() {}

    package func segment(_ index: Int) -> UnsafeMutablePointer<UsageSlot> {
        let address = segments.withLock { segments in
            if index == segments.count { segments.append(Segment()) }
            return UInt(bitPattern: segments[index].memory.base)
        }
        return UnsafeMutablePointer(bitPattern: address)!
    }

    package var storedSegments: Int { segments.withLock { $0.count } }
}
