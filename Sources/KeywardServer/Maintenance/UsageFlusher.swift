import KeywardCore

/// Stores usage that only memory has, a part at a time, on the maintenance queue.
///
/// Usage that cannot be stored stays in force in memory. The next flush tries again.
final class UsageFlusher: Sendable {
    /// How many keys' usage one transaction stores; changes run between transactions.
    static let step = 250
    /// The same at shutdown, when no changes come.
    static let lastStep = 5_000

    private let authority: Authority
    private let queue: MaintenanceQueue
    private let storeHealth: StoreHealthMonitor
    private let counters: DaemonCounters
    private let now: @Sendable () -> Instant

    init(
        _ authority: Authority, on queue: MaintenanceQueue, _ storeHealth: StoreHealthMonitor,
        _ counters: DaemonCounters, now: @escaping @Sendable () -> Instant
    ) {
        self.authority = authority
        self.queue = queue
        self.storeHealth = storeHealth
        self.counters = counters
        self.now = now
    }

    // MARK: From any thread

    /// Submits the storage of first uses of successors.
    func noteFirstUses() {
        queue.submit { [self] in
            if !queue.isClosed { storeFirstUses() }
        }
    }

    /// Stores everything counted until now, as far as the store is writable. Changes run in between. Never call it on
    /// the maintenance queue.
    func storeSoFar() {
        let end = endOfAll
        func step() -> Bool {
            defer { storeHealth.noteHealth() }
            return !queue.isClosed && storeSome(before: end)
        }
        while queue.perform(step) {}
    }

    // MARK: On the maintenance queue

    /// Stores the first uses of successors, and the grace periods that they started.
    func storeFirstUses() {
        try? authority.storeFirstUses(at: now())
    }

    /// Stores this second's share of the usage that has grown, and notices about balances; to be called once in each second.
    func storeShareOfSecond() {
        try? authority.storeNotices(at: now())
        storeRenewals()
        var due = authority.usageDueThisSecond()
        repeat {
            guard store(keys: min(due, Self.step)) != nil else { break }
            due -= Self.step
        } while due > 0
    }

    /// Stores digests under the current pepper, of at most a thousand keys: changes run between transactions.
    private func storeRenewals() {
        for _ in 0..<10 { guard (try? authority.storeRenewals(at: now())) == true else { return } }
    }

    /// Stores everything counted until now.
    func storeAll() {
        storeFirstUses()
        try? authority.storeNotices(at: now())
        let end = endOfAll
        while authority.flushCycles < end, store(keys: Self.lastStep) == false {}
    }

    /// The number of completed cycles after which everything counted until now is stored. The current cycle has passed
    /// keys that were used since; the next one stores them.
    private var endOfAll: Int { authority.flushCycles + 2 }

    /// Stores some of the usage counted before `end`, an earlier ``endOfAll``. Whether there is more.
    private func storeSome(before end: Int) -> Bool {
        authority.flushCycles < end && store(keys: Self.step) == false
    }

    /// Stores the rest at shutdown. `progress` is called while there is more.
    func storeRest(progress: () -> Void) {
        while let isAll = try? authority.flushUsage(limit: Self.lastStep, at: now()), !isAll { progress() }
    }

    /// Stores the usage of the next keys in one transaction. Whether that was all; `nil` if it failed.
    private func store(keys limit: Int) -> Bool? {
        guard let isAll = try? authority.flushUsage(limit: limit, at: now()) else { return nil }
        if let instant = authority.usageStoredAsOf { counters.noteFlush(at: instant) }
        return isAll
    }
}
