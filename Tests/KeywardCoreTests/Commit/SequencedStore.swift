import KeywardCore
import KeywardTesting
import Synchronization

/// A store that several authorities have in common, and that keeps the sequence of their transactions.
final class SequencedStore: KeyStore {
    let store = InMemoryStore()
    private let committed = Mutex<[Changes]>([])

    /// How many transactions there were.
    var count: Int { committed.withLock { $0.count } }

    /// The transactions behind the first `count`.
    func transactions(after count: Int) -> [Changes] { committed.withLock { Array($0[count...]) } }

    func commit(_ group: [Changes]) throws(StoreFault) {
        try store.commit(group)
        committed.withLock { $0 += group }
    }

    var schemaVersion: Int { store.schemaVersion }

    func loadState() throws(StoreFault) -> StoredState { try store.loadState() }

    func countKeys() throws(StoreFault) -> Int { try store.countKeys() }

    func loadKeys(_ visit: (StoredKey) -> Void) throws(StoreFault) { try store.loadKeys(visit) }

    func flush(_ usage: UsageFlush) throws(StoreFault) { try store.flush(usage) }

    func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord] {
        try store.auditEntries(matching: query)
    }

    func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault) { try store.visitAudit(visit) }

    func usage(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [HourUsage] {
        try store.usage(ofKey: number, hours: hours)
    }

    func refusals(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [RefusalHour] {
        try store.refusals(ofKey: number, hours: hours)
    }

    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try store.forgetUsage(before: hour, limit: limit)
    }

    func checkpoint() throws(StoreFault) { try store.checkpoint() }

    func backUp(toFile path: String, while goesOn: () -> Bool) throws(StoreFault) -> Bool {
        try store.backUp(toFile: path, while: goesOn)
    }
}

/// One of the authorities over a common store.
final class Host {
    let fixture: AuthorityFixture
    private let store: SequencedStore
    /// How many transactions there were before those that it counts.
    private let base: Int64

    init(over store: SequencedStore) throws {
        self.store = store
        fixture = try AuthorityFixture(store: store)
        base = Int64(store.count) - fixture.authority.committer.position
    }

    /// Applies what the others have committed since.
    func catchUp() -> Bool {
        var position = fixture.authority.committer.position
        for changes in store.transactions(after: Int(base + position)) {
            position += 1
            guard fixture.authority.committer.apply(changes, at: position) else { return false }
        }
        return true
    }

    /// Commits what waits, as the store lets it: behind all that the others have committed.
    func commit() -> Bool {
        guard catchUp() else { return false }
        fixture.authority.committer.commit()
        return true
    }
}
