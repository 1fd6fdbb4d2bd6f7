import BenchmarkKeys
import KeywardCore
import Synchronization

/// A store that generates its keys while they are loaded, and discards writes.
final class GeneratedStore: KeyStore {
    let schemaVersion = 1
    private let keys: Int
    private let state: StoredState
    private let source: Mutex<BenchmarkKeys>
    private let areLimited: Bool
    /// The secrets of the loaded keys, in order.
    let secrets = Mutex<[String]>([])

    /// - Parameter areLimited: whether each key has two automatic limits and credits, with numbers as usual, which are never reached.
    init(keys: Int, from source: BenchmarkKeys, areLimited: Bool, at now: Instant) {
        self.keys = keys
        self.areLimited = areLimited
        self.source = Mutex(source)
        let workspace = WorkspaceRecord(number: 1, name: "default", plan: "standard", tag: "kw", createdAt: now)
        let limits = ["requests", "bursts"].map {
            RateLimit(name: $0, limit: 1_000, window: .seconds($0 == "bursts" ? 1 : 3_600))
        }
        state = StoredState(
            databaseID: Array(0..<16), mark: now, workspaces: [workspace], grants: [],
            allowances: !areLimited
                ? []
                : (1...Int64(keys)).map { number in
                    AllowanceRecord(
                        number: number, workspace: 1, limits: limits,
                        credits: Credits(granted: 10_000, refilledOn: now.day))
                }, requests: [],
            peppers: [source.pepper.record], auditHead: nil, lastKeyNumber: Int64(keys), openHours: [])
    }

    func loadState() -> StoredState { state }

    func countKeys() -> Int { keys }

    func loadKeys(_ visit: (StoredKey) -> Void) {
        for _ in 0..<keys {
            var (record, secret) = source.withLock { $0.next() }
            if areLimited { record.allowance = record.number }
            secrets.withLock { $0.append(secret) }
            let unused = UsageTotals(key: record.number, valid: 0, refused: 0, lastUsedAt: nil, lastUsedBy: nil)
            record.withRow { visit(StoredKey(row: $0, usage: unused, peers: [])) }
        }
    }

    func commit(_ group: [Changes]) {}
    func flush(_ usage: UsageFlush) {}
    func auditEntries(matching query: AuditQuery) -> [AuditRecord] { [] }
    func visitAudit(_ visit: (AuditRecord) -> Bool) {}
    func usage(ofKey number: Int64, hours: Range<Int64>) -> [HourUsage] { [] }
    func refusals(ofKey number: Int64, hours: Range<Int64>) -> [RefusalHour] { [] }
    func forgetUsage(before hour: Int64, limit: Int) -> Bool { true }
    func checkpoint() {}
    func backUp(toFile path: String, while goesOn: () -> Bool) -> Bool { true }
}
