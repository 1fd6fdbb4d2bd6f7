package import KeywardCore
import Synchronization

/// Keeps the audit chain's end in memory.
package final class HeldAuditHead: AuditHeadKeeper {
    private let head: Mutex<AuditHead?>

    package init(_ head: AuditHead? = nil) {
        self.head = Mutex(head)
    }

    package func read() -> AuditHead? { head.withLock { $0 } }

    package func write(_ head: AuditHead) { self.head.withLock { $0 = head } }
}
