import Dispatch
package import KeywardCore
import Synchronization

/// A store in memory whose commits a test can block.
package final class GatedStore: KeyStore {
    package let inner: InMemoryStore
    private let isClosed = Mutex<Bool>(false)
    private let held = Mutex<[Changes]>([])
    private let arrived = DispatchSemaphore(value: 0)
    private let mayPass = DispatchSemaphore(value: 0)

    package init(_ inner: InMemoryStore = InMemoryStore()) { self.inner = inner }

    /// Blocks the next commit.
    package func hold() { isClosed.withLock { $0 = true } }

    /// Whether the last blocked commit grants a role.
    package var holdsGrant: Bool { held.withLock { $0.contains { !$0.granted.isEmpty } } }

    /// Waits until a commit is blocked.
    package func waitUntilHeld() { arrived.wait() }

    /// Continues the blocked commit.
    package func letGo(holdingNext: Bool = false) {
        isClosed.withLock { $0 = holdingNext }
        mayPass.signal()
    }

    package func commit(_ group: [Changes]) throws(StoreFault) {
        if isClosed.withLock({ $0 }) {
            held.withLock { $0 = group }
            arrived.signal()
            mayPass.wait()
        }
        try inner.commit(group)
    }

    package var schemaVersion: Int { inner.schemaVersion }
    package func loadState() throws(StoreFault) -> StoredState { try inner.loadState() }
    package func countKeys() throws(StoreFault) -> Int { try inner.countKeys() }
    package func loadKeys(_ visit: (StoredKey) -> Void) throws(StoreFault) { try inner.loadKeys(visit) }
    package func flush(_ usage: UsageFlush) throws(StoreFault) { try inner.flush(usage) }
    package func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord] {
        try inner.auditEntries(matching: query)
    }
    package func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault) { try inner.visitAudit(visit) }
    package func usage(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [HourUsage] {
        try inner.usage(ofKey: number, hours: hours)
    }
    package func checkpoint() throws(StoreFault) { try inner.checkpoint() }
    package func refusals(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [RefusalHour] {
        try inner.refusals(ofKey: number, hours: hours)
    }

    package func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try inner.forgetUsage(before: hour, limit: limit)
    }
    package func backUp(toFile path: String, while goesOn: () -> Bool) throws(StoreFault) -> Bool {
        try inner.backUp(toFile: path, while: goesOn)
    }
}
