import Dispatch
import KeywardCore
import KeywardTesting
import Synchronization

/// A store in memory whose commits a test can hold up.
final class GatedStore: KeyStore {
    let inner = InMemoryStore()
    private let isClosed = Mutex<Bool>(false)
    private let held = Mutex<[Changes]>([])
    private let arrived = DispatchSemaphore(value: 0)
    private let mayPass = DispatchSemaphore(value: 0)

    /// Holds the next commit up.
    func hold() { isClosed.withLock { $0 = true } }

    /// Whether what was last held up grants something.
    var holdsGrant: Bool { held.withLock { $0.contains { !$0.granted.isEmpty } } }

    /// Waits until a commit is held up.
    func waitUntilHeld() { arrived.wait() }

    /// Lets the commit go on that is held up.
    func letGo(holdingNext: Bool = false) {
        isClosed.withLock { $0 = holdingNext }
        mayPass.signal()
    }

    func commit(_ group: [Changes]) throws(StoreFault) {
        if isClosed.withLock({ $0 }) {
            held.withLock { $0 = group }
            arrived.signal()
            mayPass.wait()
        }
        try inner.commit(group)
    }

    var schemaVersion: Int { inner.schemaVersion }
    func loadState() throws(StoreFault) -> StoredState { try inner.loadState() }
    func countKeys() throws(StoreFault) -> Int { try inner.countKeys() }
    func loadKeys(_ visit: (StoredKey) -> Void) throws(StoreFault) { try inner.loadKeys(visit) }
    func flush(_ usage: UsageFlush) throws(StoreFault) { try inner.flush(usage) }
    func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord] {
        try inner.auditEntries(matching: query)
    }
    func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault) { try inner.visitAudit(visit) }
    func usage(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [HourUsage] {
        try inner.usage(ofKey: number, hours: hours)
    }
    func checkpoint() throws(StoreFault) { try inner.checkpoint() }
    func refusals(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [RefusalHour] {
        try inner.refusals(ofKey: number, hours: hours)
    }

    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try inner.forgetUsage(before: hour, limit: limit)
    }
    func backUp(toFile path: String, while goesOn: () -> Bool) throws(StoreFault) -> Bool {
        try inner.backUp(toFile: path, while: goesOn)
    }
}
