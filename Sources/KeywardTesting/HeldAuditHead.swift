package import KeywardCore
import Synchronization

/// Stores the audit chain's end in memory.
package final class HeldAuditHead: AuditHeadStorage {
    private let end: Mutex<KeptEnd>

    package init(_ head: AuditHead? = nil) {
        end = Mutex(head.map { .found($0) } ?? .missing)
    }

    package func read() throws -> AuditHead? {
        switch end.withLock({ $0 }) {
        case .found(let head): return head
        case .missing: return nil
        case .damaged: throw AuditHeadDamaged()
        }
    }

    package func write(_ head: AuditHead) { end.withLock { $0 = .found(head) } }

    /// Replaces the stored end, as if somebody had changed it.
    package func put(_ other: KeptEnd) { end.withLock { $0 = other } }
}
