import KeywardBase
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Populates memory before it is touched, on a thread of its own.
///
/// The system zeroes each page when it is first touched. With a million keys that is a quarter of the work of a start.
/// So a start announces the memory that it is going to fill, and another core zeroes it meanwhile. This is only advice:
/// without it the pages are populated when they are touched.
final class PagePopulation: Sendable {
    /// With fewer keys a start is short anyway.
    static let leastKeys = 50_000

    private struct Region: Sendable {
        var address: UInt
        var byteCount: Int
    }

    private struct Announced: Sendable {
        var regions: [Region] = []
        var hasEnded = false
    }

    /// What the thread shares with this object, which may end before it.
    private final class Shared: Sendable {
        let announced = Mutex(Announced())
        let wakeup: Wakeup

        init() throws(SystemCallError) {
            wakeup = try Wakeup()
        }

        func change(_ body: (inout Announced) -> Void) {
            announced.withLock { body(&$0) }
            wakeup.signal()
        }

        /// Waits for the next region; `nil` at the end.
        func next() -> Region? {
            while true {
                let (region, hasEnded) = announced.withLock { announced in
                    (announced.regions.isEmpty ? nil : announced.regions.removeFirst(), announced.hasEnded)
                }
                if hasEnded { return nil }
                if let region { return region }
                var waits = pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)
                poll(&waits, 1, -1)
                wakeup.clear()
            }
        }
    }

    private let shared: Shared

    /// `nil` if the system has no thread or descriptor for it.
    init?() {
        do {
            let shared = try Shared()
            self.shared = shared
            let thread = try NamedThread("keyward.pages") {
                while let region = shared.next() { Self.populate(region) }
            }
            thread.detach()
        } catch {
            return nil
        }
    }

    deinit {
        shared.change { $0.hasEnded = true }
    }

    /// Announces memory, which is populated after what was announced before. It may be unmapped at any time.
    ///
    /// - Parameter start: the start of a page.
    func announce(_ start: UnsafeMutableRawPointer, _ byteCount: Int) {
        let region = Region(address: UInt(bitPattern: start), byteCount: byteCount)
        shared.change { $0.regions.append(region) }
    }

    func announce(_ memory: borrowing LargeMemory) { announce(memory.base, memory.byteCount) }

    /// MADV_POPULATE_WRITE of madvise(2), since Linux 5.14.
    private static let populateWrite: Int32 = 23

    /// In steps, so that the thread ends soon after its start has.
    private static let step = 2 << 20

    private static func populate(_ region: Region) {
        for start in stride(from: 0, to: region.byteCount, by: step) {
            let address = UnsafeMutableRawPointer(bitPattern: region.address + UInt(start))
            guard madvise(address, min(step, region.byteCount - start), populateWrite) == 0 else { return }
        }
    }
}
