/// The durable truth: what a key authority must not forget.
///
/// Implemented over SQLite (KeywardStore) and in memory (KeywardTesting); one contract suite runs over both.
/// One thread at a time calls `commit`, and one `flush`, which may come together; any thread reads.
package protocol KeyStore: Sendable {
    /// The schema's version, 1 or more.
    var schemaVersion: Int { get }

    /// Reads everything but keys, audit entries and old usage.
    func loadState() throws(StoreFault) -> StoredState

    /// How many keys there are.
    func countKeys() throws(StoreFault) -> Int

    /// Reads every key with its usage, in the order of their numbers.
    func loadKeys(_ visit: (StoredKey) -> Void) throws(StoreFault)

    /// Writes changes in their order, all of them or none; on disk when it returns.
    func commit(_ group: [Changes]) throws(StoreFault)

    /// Writes usage totals and the time mark, whole or not at all.
    func flush(_ usage: UsageFlush) throws(StoreFault)

    /// The entries that match, oldest first unless the query says otherwise.
    func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord]

    /// Visits every entry, oldest first, from one consistent state, until `visit` returns false.
    func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault)

    /// A key's hours within `hours` that have any use, oldest first.
    func usage(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [HourUsage]

    /// A key's refusals within `hours`, by hour, account and code, in this order.
    func refusals(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [RefusalHour]

    /// Forgets hours of usage and of refusals before `hour`, at most `limit` rows of each. Whether none is left. Called by the queue that
    /// commits.
    func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool

    /// Has each row of a key sealed under the key of its pepper when it is written, and ``checkKeys(after:limit:)``
    /// compare them. To be called before the first key is written.
    func sealKeys(with keys: [PepperID: KeyedDigest])

    /// Looks whether what is stored of keys is as it was written: of those with a number greater than `number`, at most
    /// `limit`. Seals what an earlier version wrote without a seal. Called by the queue that flushes.
    func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck

    /// Moves what was written ahead into the database itself, as far as readers let it, and gives the room back; it
    /// waits for none. Called by the queue that commits.
    func checkpoint() throws(StoreFault)

    /// Writes a consistent copy to a file that does not exist yet, mode 0600, and makes it durable. It asks between
    /// steps whether it `goesOn`; if not it leaves no file behind, and returns false.
    func backUp(toFile path: String, while goesOn: () -> Bool) throws(StoreFault) -> Bool
}

// A store that keeps keys in memory has nothing to check.
extension KeyStore {
    package func sealKeys(with keys: [PepperID: KeyedDigest]) {}

    package func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck { KeyCheck() }
}

/// What a look at stored keys has found.
package struct KeyCheck: Hashable, Sendable {
    /// The number of the last key that was looked at; `nil` if none is left.
    package var last: Int64?
    /// The prefixes of keys that are not as they were written, as they are stored now.
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

    /// Writes `changes` whole or not at all; on disk when it returns.
    package func commit(_ changes: Changes) throws(StoreFault) {
        try commit([changes])
    }
}

/// What went wrong below the store. It never holds a bound value, a path or SQL.
package enum StoreFault: Error, Hashable, Sendable {
    /// No room or no quota (ENOSPC, EDQUOT), or a read-only file system: it may pass.
    case cannotWrite(String)
    /// The disk or the system failed: what memory holds can no longer be trusted to match the disk.
    case failed(String)
    /// The database breaks its own rules; only another copy of it helps.
    case damaged(String)
    /// A file of that name is there already.
    case exists
}

/// All but the keys, as read at start.
package struct StoredState: Sendable {
    /// The first 16 bytes name this database among all; made with it.
    package var databaseID: [UInt8]
    /// The latest instant that a decision was ever made at, as far as it was stored.
    package var mark: Instant
    package var workspaces: [WorkspaceRecord]
    package var grants: [Grant]
    package var requests: [RequestRecord]
    package var peppers: [PepperRecord]
    /// The end of the audit chain; `nil` if there is no entry.
    package var auditHead: AuditRecord?
    /// The greatest key number ever given, 0 if none.
    package var lastKeyNumber: Int64
    /// The hours that may still grow: those from `mark`'s hour on.
    package var openHours: [HourUsage]
    /// Tells this database from copies of it: a copy has another one.
    package var generation: Int64
    /// Whether an entry tells that the end of the audit chain was lost, and none behind it that an operator knows.
    package var hasLoss: Bool
    /// The last refusals of the keys that were refused last, at most ``mostLastRefusals``, the earliest first.
    package var lastRefusals: [RefusalHour]
    /// The clock that decides, as it was last stored.
    package var clock: ClockRecord?

    /// How many keys' last refusals are read at a start.
    package static let mostLastRefusals = 16_384

    package init(
        databaseID: [UInt8], mark: Instant, workspaces: [WorkspaceRecord], grants: [Grant],
        requests: [RequestRecord], peppers: [PepperRecord], auditHead: AuditRecord?, lastKeyNumber: Int64,
        openHours: [HourUsage], generation: Int64 = 0, hasLoss: Bool = false, lastRefusals: [RefusalHour] = [],
        clock: ClockRecord? = nil
    ) {
        self.databaseID = databaseID
        self.mark = mark
        self.workspaces = workspaces
        self.grants = grants
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

/// A key with its usage, while it is read at start.
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

/// A change, with the audit entries that tell of it, for one transaction.
package struct Changes: Sendable {
    /// Whole rows, new or changed.
    package var keys: [KeyRecord] = []
    /// Keys that are there and get another place for their usage.
    package var places: [KeyLedgerSlot] = []
    /// Keys to forget but for their tombstones, with their usage.
    package var purged: [Int64] = []
    package var workspaces: [WorkspaceRecord] = []
    /// Grants to set: one for each principal and workspace.
    package var granted: [Grant] = []
    package var removed: [Grant] = []
    package var requests: [RequestRecord] = []
    /// Requests made before this instant are forgotten.
    package var forgetRequestsBefore: Instant?
    package var peppers: [PepperRecord] = []
    package var audit: [AuditRecord] = []
    /// The clock that decides, to be kept.
    package var clock: ClockRecord?
    /// Whether the mark goes back to ``mark``, and with it every time after it that is stored of usage, requests,
    /// grants and workspaces: what was counted in later hours is counted in its hour.
    package var setsBack = false
    /// When it was decided.
    package var mark: Instant

    package init(mark: Instant) {
        self.mark = mark
    }
}

extension Changes {
    /// Whether it changes workspaces or grants.
    var changesDirectory: Bool { !workspaces.isEmpty || !granted.isEmpty || !removed.isEmpty || setsBack }

    /// Whether an operator knows by it what is wrong with the trail's kept end.
    var acknowledgesTrail: Bool { audit.contains { $0.action == AuditNote.Action.auditAcknowledged.rawValue } }
}

/// The place in the ledger that a key has from now on.
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
    package var mark: Instant

    package init(mark: Instant) {
        self.mark = mark
    }
}

/// A `requestId` and the key that it made.
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

/// Which audit entries.
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
