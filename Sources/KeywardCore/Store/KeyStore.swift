/// The durable state of a key authority.
///
/// Implemented with SQLite (KeywardStore) and in memory (KeywardTesting); one contract suite tests both.
/// One thread at a time calls `commit`, and one `flush`; the two calls may overlap. Any thread reads.
package protocol KeyStore: Sendable {
    /// The schema's version, 1 or more.
    var schemaVersion: Int { get }

    /// Reads everything but keys, audit entries and old usage.
    func loadState() throws(StoreFault) -> StoredState

    /// The number of keys.
    func countKeys() throws(StoreFault) -> Int

    /// Reads every key with its usage, in the order of their numbers.
    func loadKeys(_ visit: (StoredKey) -> Void) throws(StoreFault)

    /// Writes changes in order, all of them or none; on disk when it returns.
    func commit(_ group: [Changes]) throws(StoreFault)

    /// Writes usage totals and the time mark, all or none.
    func flush(_ usage: UsageFlush) throws(StoreFault)

    /// The matching entries, oldest first unless the query is reversed.
    func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord]

    /// Visits every entry, oldest first, from one consistent state, until `visit` returns false.
    func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault)

    /// A key's hours within `hours` with any use, oldest first.
    func usage(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [HourUsage]

    /// A key's refusals within `hours`, by hour, account and code, in this order.
    func refusals(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [RefusalHour]

    /// Deletes hours of usage and of refusals before `hour`, at most `limit` rows of each. Whether none is left. Called
    /// on the queue that commits.
    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool

    /// Sets the keys by pepper with which each row of a key is sealed when it is written, and checked by
    /// ``checkKeys(after:limit:)``. Called before the first key is written.
    ///
    /// - Parameter removed: peppers without a key: their rows are neither sealed nor checked.
    func sealKeys(with keys: [PepperID: KeyedDigest], without removed: Set<PepperID>)

    /// Checks whether stored keys are unaltered: at most `limit` of those with a number greater than `number`. Seals
    /// rows that an earlier version wrote without a seal. Called on the queue that flushes.
    func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck

    /// Copies the write-ahead log into the database, as far as readers allow, and frees its space. It does not wait for
    /// readers. Called on the queue that commits.
    func checkpoint() throws(StoreFault)

    /// Writes a consistent copy to a new file, mode 0600, and makes it durable. It calls `goesOn` between steps; on
    /// false it removes the file and returns false.
    func backUp(toFile path: String, while goesOn: () -> Bool) throws(StoreFault) -> Bool
}

// A store that keeps keys in memory has nothing to check.
extension KeyStore {
    package func sealKeys(with keys: [PepperID: KeyedDigest], without removed: Set<PepperID>) {}

    package func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck { KeyCheck() }
}

/// The result of a check of stored keys.
package struct KeyCheck: Hashable, Sendable {
    /// The number of the last checked key; `nil` if none is left.
    package var last: Int64?
    /// The prefixes of altered keys, as stored now.
    package var damaged: [String] = []

    package init(last: Int64? = nil, damaged: [String] = []) {
        (self.last, self.damaged) = (last, damaged)
    }
}

extension KeyStore {
    /// Writes a whole copy; see ``backUp(toFile:while:)``.
    package func backUp(toFile path: String) throws(StoreFault) {
        _ = try backUp(toFile: path) { true }
    }

    /// Writes `changes`, all or none; on disk when it returns.
    package func commit(_ changes: Changes) throws(StoreFault) {
        try commit([changes])
    }
}

/// A failure of the store. It never contains a bound value, a path or SQL.
package enum StoreFault: Error, Hashable, Sendable {
    /// No space or no quota (ENOSPC, EDQUOT), or a read-only file system: it may be temporary.
    case cannotWrite(String)
    /// The disk or the system failed: memory may no longer match the disk.
    case failed(String)
    /// The database violates its own rules; only another copy of it helps.
    case damaged(String)
    /// A file of that name exists.
    case exists
}

/// The state without the keys, as read at a start.
package struct StoredState: Sendable {
    /// The first 16 bytes identify this database; created with it.
    package var databaseID: [UInt8]
    /// The latest stored instant at which a decision was made.
    package var mark: Instant
    package var workspaces: [WorkspaceRecord]
    package var grants: [Grant]
    /// In the order of their numbers.
    package var allowances: [AllowanceRecord]
    package var requests: [RequestRecord]
    package var peppers: [PepperRecord]
    /// The end of the audit chain; `nil` if there is no entry.
    package var auditHead: AuditRecord?
    /// The greatest key number ever assigned, 0 if none.
    package var lastKeyNumber: Int64
    /// The hours that may still grow: those from `mark`'s hour on, in no order.
    package var openHours: [HourUsage]
    /// Distinguishes this database from copies of it: a copy has another one.
    package var generation: Int64
    /// Whether an entry records that the end of the audit chain was lost, and no later entry acknowledges it.
    package var hasLoss: Bool
    /// The last refusals of the most recently refused keys, at most ``mostLastRefusals``, the earliest first.
    package var lastRefusals: [RefusalHour]
    /// The last stored clock.
    package var clock: ClockRecord?

    /// The number of keys whose last refusals are read at a start.
    package static let mostLastRefusals = 16_384

    package init(
        databaseID: [UInt8], mark: Instant, workspaces: [WorkspaceRecord], grants: [Grant],
        allowances: [AllowanceRecord] = [], requests: [RequestRecord], peppers: [PepperRecord], auditHead: AuditRecord?,
        lastKeyNumber: Int64,
        openHours: [HourUsage], generation: Int64 = 0, hasLoss: Bool = false, lastRefusals: [RefusalHour] = [],
        clock: ClockRecord? = nil
    ) {
        self.databaseID = databaseID
        self.mark = mark
        self.workspaces = workspaces
        self.grants = grants
        self.allowances = allowances
        self.requests = requests
        self.peppers = peppers
        self.auditHead = auditHead
        self.lastKeyNumber = lastKeyNumber
        self.openHours = openHours
        self.generation = generation
        self.hasLoss = hasLoss
        self.lastRefusals = lastRefusals
        self.clock = clock
    }
}

/// A key with its usage, read at a start.
package struct StoredKey {
    package var row: KeyRow
    package var usage: UsageTotals
    package var peers: [PeerShare]

    package init(row: KeyRow, usage: UsageTotals, peers: [PeerShare]) {
        self.row = row
        self.usage = usage
        self.peers = peers
    }
}

/// A change, with its audit entries, for one transaction.
package struct Changes: Sendable {
    /// Whole rows, new or changed.
    package var keys: [KeyRecord] = []
    /// The numbers of those, all known, whose digest is another one: of the same secret, under the current pepper.
    package var renewed: Set<Int64> = []
    /// Whole rows, new or changed. Those that keys name are written before them.
    package var allowances: [AllowanceRecord] = []
    /// Allowances to delete, after the keys that named them.
    package var endedAllowances: [Int64] = []
    /// Existing keys that get another ledger slot.
    package var places: [KeyLedgerSlot] = []
    /// Keys to delete, leaving tombstones, with their usage.
    package var purged: [Int64] = []
    package var workspaces: [WorkspaceRecord] = []
    /// Grants to set: one for each principal and workspace.
    package var granted: [Grant] = []
    package var removed: [Grant] = []
    package var requests: [RequestRecord] = []
    /// Requests before this instant are deleted.
    package var forgetRequestsBefore: Instant?
    package var peppers: [PepperRecord] = []
    package var audit: [AuditRecord] = []
    /// The clock to store.
    package var clock: ClockRecord?
    /// Whether the mark goes back to ``mark``. Then every later stored time of usage, requests, grants and workspaces
    /// goes back, too; counts of later hours are added to its hour.
    package var setsBack = false
    /// The instant of the decision.
    package var mark: Instant

    package init(mark: Instant) {
        self.mark = mark
    }
}

extension Changes {
    /// Whether it changes workspaces or grants.
    var changesDirectory: Bool { !workspaces.isEmpty || !granted.isEmpty || !removed.isEmpty || setsBack }

    /// Whether an operator acknowledges the problem with the trail's stored end.
    var acknowledgesTrail: Bool { audit.contains { $0.action == AuditNote.Action.auditAcknowledged.rawValue } }
}

/// The ledger slot that a key has from now on.
package struct KeyLedgerSlot: Sendable {
    package var key: Int64
    package var place: LedgerSlot

    package init(key: Int64, place: LedgerSlot) {
        self.key = key
        self.place = place
    }
}

/// Usage that has grown since the last flush.
package struct UsageFlush: Sendable {
    package var totals: [UsageTotals] = []
    package var hours: [HourUsage] = []
    package var peers: [PeerShare] = []
    /// Refusals since the last flush: they are added to what is stored.
    package var refusals: [RefusalHour] = []
    /// Credits that were spent or refilled.
    package var credits: [CreditTotals] = []
    package var mark: Instant

    package init(mark: Instant) {
        self.mark = mark
    }
}

/// A `requestId` and the key that it created.
package struct RequestRecord: Hashable, Sendable {
    package var workspace: Int64
    package var requestID: String
    package var key: Int64
    package var at: Instant

    package init(workspace: Int64, requestID: String, key: Int64, at: Instant) {
        self.workspace = workspace
        self.requestID = requestID
        self.key = key
        self.at = at
    }
}

/// The filter, order and limit of a query of audit entries.
package struct AuditQuery: Sendable {
    /// Only those of this workspace.
    package var workspace: String?
    /// Only those of this key.
    package var keyID: String?
    /// Only those with a greater `seq`.
    package var after: Int64
    /// Only those with a smaller `seq`.
    package var before: Int64
    package var isNewestFirst: Bool
    package var limit: Int

    package init(
        workspace: String? = nil, keyID: String? = nil, after: Int64 = 0, before: Int64 = .max,
        isNewestFirst: Bool = false, limit: Int
    ) {
        self.workspace = workspace
        self.keyID = keyID
        self.after = after
        self.before = before
        self.isNewestFirst = isNewestFirst
        self.limit = limit
    }
}
