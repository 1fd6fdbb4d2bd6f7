import KeywardBase

/// The state that ``KeyRegistry`` guards: the keys and everything derived from them.
///
/// Each part is a value with private storage. Only this file changes the parts, so that related facts change together;
/// other files read. `+Allowances.swift` changes the allowances of keys, `+Demand.swift` what a demand leaves,
/// `+Hidden.swift` the uses of canaries, `+Usage.swift` what of the usage is stored, `DigestRenewals.swift` the digests that
/// wait to be stored.
package struct RegistryState: ~Copyable {
    var table = KeyTable()
    private(set) var names = KeyNames()
    private(set) var workspaces = RegisteredWorkspaces()
    private(set) var closed = ClosedWorkspaces()
    private(set) var counts = KeyCounts()
    private(set) var schedule = DueSchedule()
    var allowances: AllowanceTable
    var usage: UsageCounters
    /// Successors whose first valid use is not stored yet, by number, with its instant.
    private(set) var firstUses: [Int64: Instant] = [:]
    private(set) var tally = VerificationTally()
    /// Those of the last verdict that has any.
    var details = VerdictDetails()
    var lastAddresses = LastAddresses()
    var canaries = CanaryUses()
    var renewals = DigestRenewals()
    private var imports: ImportCounts
    private var writer: KeyTextWriter
    var bootClock: BootClock

    init(
        ledger: any UsageLedger, allowanceLedger: any UsageLedger, _ imports: ImportCounts, renderer: ReplyRenderer,
        bootTime: @escaping @Sendable () -> Int64
    ) {
        usage = UsageCounters(ledger)
        allowances = AllowanceTable(allowanceLedger, text: renderer.limit)
        bootClock = BootClock(bootTime)
        self.imports = imports
        writer = KeyTextWriter(renderer)
    }

    // MARK: Verifications

    /// Decides whether a key that was found by its digest is valid at `now`, and counts the use.
    ///
    /// - Parameter demand: what the key must have beside its status, checked last, and the client's address.
    mutating func verify(
        _ index: KeyTable.Index, by uid: UInt32, at now: Instant, in filter: WorkspaceFilter,
        _ demand: VerificationDemand?
    ) -> Verdict {
        let context = workspaces.context(of: table[index].workspace)
        let status = table[index].status(at: now, in: context)
        var verdict = Verdict(code: .valid)
        if !filter.admits(table[index].workspace) {
            verdict.code = .notFound
        } else if let refusal = Verdict.Code(refusing: status) {
            verdict.code = refusal
        } else if table[index].hasAddresses, !table[index].admits(demand?.address) {
            verdict.code = .addressRefused
        } else if let demand, let refusal = refusal(of: demand, at: index) {
            verdict.code = refusal
            verdict.hasDetails = true
        } else if table[index].hasDetails || context.givesLimits || demand != nil,
            let refusal = spend(demand, at: index, now, context, &verdict.hasDetails)
        {
            verdict.code = refusal
        } else if status.mayWarn {
            verdict.warnings = VerdictWarnings(table[index].facts, at: now, in: context)
        }
        if verdict.code == .valid {
            if table[index].awaitsFirstUse { noteFirstUse(at: index, now) }
            usage.countValid(index, by: uid, at: now, in: &table)
        } else {
            usage.countRefusal(verdict.code, index, by: uid, at: now, in: &table)
        }
        if let demand { noteAddress(of: demand, at: index, now) }
        tally.count(verdict.code)
        return verdict
    }

    /// Counts a verification without a key.
    mutating func count(_ code: Verdict.Code) { tally.count(code) }

    /// The first use of a successor starts its predecessor's grace, in memory at once; the maintenance queue stores it.
    private mutating func noteFirstUse(at index: KeyTable.Index, _ now: Instant) {
        table[index].awaitsFirstUse = false
        firstUses[table[index].number] = now
        guard let origin = records[index]?.origin, !origin.startsNow,
            let predecessor = names.index(ofNumber: origin.predecessor), let record = records[predecessor],
            record.successor == table[index].number, record.graceEndsAt == nil
        else { return }
        table[predecessor].facts.startGrace(origin.grace, at: now)
    }

    /// Removes first uses that are stored, or have left nothing to store.
    mutating func forgetFirstUses(of keys: some Sequence<Int64>) {
        for key in keys { firstUses[key] = nil }
    }

    // MARK: Keys

    /// Adds a new key, or replaces the facts of a known one; its usage stays.
    mutating func put(_ record: KeyRecord) {
        var record = record
        record.ledger = record.ledger ?? place(ofKey: record.number)
        let known = names.index(ofNumber: record.number)
        let index = known ?? insert(record)
        table.setDigest(record.digest, at: index)
        if known != nil, let old = records[index] {
            if old.name != record.name { names.releaseName(old.name, inWorkspace: old.workspace, of: index) }
            counts.remove(old, in: old.workspace)
        }
        counts.add(record, in: record.workspace)
        let workspace = workspaces.name(of: record.workspace)
        record.withRow { table.setText(writer.write($0, in: workspace), at: index) }
        table[index].setAddresses(record.addresses.map { AddressBlock.blocks(in: $0) })
        if known == nil {
            names.addNumber(record.number, index)
            if let hashes = names.hashes(of: table[index]) { names.addTexts(index, hashes, in: table) }
        }
        refreshFacts(at: index, record)
        moveAllowance(at: index, to: record.allowance)
        table[index].awaitsFirstUse =
            record.origin.map { $0.firstUsedAt == nil && firstUses[record.number] == nil } ?? false
        names.indexNames(of: record, at: index, in: table)
        usage.open(record.ledger, at: index, in: &table)
        schedule.set(index, record, table[index].facts)
    }

    /// Removes a key.
    mutating func remove(number: Int64) {
        guard let index = names.index(ofNumber: number), let record = records[index] else { return }
        names.releaseName(record.name, inWorkspace: record.workspace, of: index)
        names.remove(index, record)
        firstUses[number] = nil
        schedule.remove(index)
        counts.remove(record, in: record.workspace)
        usage.forget(index, number: number)
        releaseAllowance(at: index)
        lastAddresses.forget(key: number)
        canaries.forget(key: number)
        renewals.remove(number)
        imports.remove(record.imported?.format)
        table.remove(at: index)
        if let place = record.ledger { usage.release(place) }
    }

    private mutating func insert(_ record: KeyRecord) -> KeyTable.Index {
        imports.add(record.imported?.format)
        let facts = StatusFacts(createdAt: record.createdAt)
        return table.insert(
            HotKey(digest: record.digest, facts: facts, workspace: record.workspace, number: record.number))
    }

    /// Derives the facts of a key from its record, its usage, and an unstored first use of its successor.
    private mutating func refreshFacts(at index: KeyTable.Index, _ record: KeyRecord) {
        let origin = record.successor.flatMap { self.record(number: $0)?.origin }
        let lastUse = table[index].facts.isUnused ? nil : table[index].facts.lastUsedAt
        table[index].facts = StatusFacts(of: record, lastUsedAt: lastUse, origin: origin)
        if record.graceEndsAt == nil, let successor = record.successor, let origin, let use = firstUses[successor] {
            table[index].facts.startGrace(origin.grace, at: use)
        }
    }

    // MARK: Ledger slots

    /// Allocates ledger slots for keys that are about to be stored together. A key of several changes gets one.
    mutating func allocatePlaces(for changes: inout [Changes]) {
        var given: [Int64: LedgerSlot] = [:]
        for index in changes.indices {
            for place in changes[index].keys.indices where changes[index].keys[place].ledger == nil {
                let number = changes[index].keys[place].number
                changes[index].keys[place].ledger = given[number] ?? self.place(ofKey: number)
                given[number] = changes[index].keys[place].ledger
            }
            allocateBlocks(for: &changes[index])
        }
    }

    /// Releases the slots of keys that were not stored.
    mutating func releasePlaces(of changes: [Changes]) {
        let fresh = changes.flatMap(\.keys).filter { names.index(ofNumber: $0.number) == nil }
        for place in Set(fresh.compactMap(\.ledger)) { usage.release(place) }
        releaseBlocks(of: changes)
    }

    private mutating func place(ofKey number: Int64) -> LedgerSlot {
        record(number: number)?.ledger ?? usage.allocate()
    }

    // MARK: Workspaces and policy

    /// Sets the workspaces. The replies of a key are rendered again only when it is put.
    mutating func setWorkspaces(_ workspaces: [RegisteredWorkspace]) {
        self.workspaces.set(workspaces)
        closed.set(workspaces)
        allowances.setPlans(workspaces.map { ($0.number, $0.plan, $0.limits) })
    }

    /// Sets the verifiers whose names mean other accounts now.
    mutating func setVoidVerifiers(_ principals: Set<Principal>) { closed.setVoid(principals) }

    /// Adopts a policy of the sweeps; whether it differs. Then every key must be scheduled again.
    mutating func adopt(_ policy: SweepPolicy) -> Bool { schedule.adopt(policy) }

    /// Keeps the last addresses of keys from now on, or forgets them.
    mutating func keepAddresses(_ areKept: Bool) { lastAddresses.areKept = areKept }

    /// Schedules some of the keys again; whether more follow.
    mutating func reschedule(from start: KeyTable.Index, atMost count: Int) -> Bool {
        let end = min(start + count, table.endIndex)
        for index in start..<max(start, end) {
            guard let record = records[index] else { continue }
            schedule.set(index, record, table[index].facts)
        }
        return end < table.endIndex
    }

    /// Computes the next due time of keys for which a sweep had nothing to do at `now`.
    mutating func postpone(_ entries: some Sequence<DueIndex.Entry>, _ sweep: Sweep, at now: Instant) {
        for entry in entries where schedule.isStillDue(entry, sweep) {
            guard let record = records[entry.index] else { continue }
            schedule.postpone(entry.index, sweep, record, table[entry.index].facts, at: now)
        }
    }

    /// Sets uses of some keys that are later than `now` to `now`; whether more keys follow.
    mutating func setUsageBack(to now: Instant, from start: KeyTable.Index, atMost count: Int) -> Bool {
        if start == 0 {
            usage.forgetHours(after: now)
            allowances.setBack(to: now.day)
        }
        let end = min(start + count, table.endIndex)
        for index in start..<max(start, end) {
            guard let record = records[index] else { continue }
            usage.setBack(index, to: now, in: &table)
            refreshFacts(at: index, record)
            schedule.set(index, record, table[index].facts)
        }
        return end < table.endIndex
    }

    // MARK: Storing usage

    /// Takes the usage of the next keys (at most `limit`), and as many finished hours, to store them.
    mutating func takeUsage(limit: Int, at now: Instant) -> UsageFlush {
        usage.take(limit: limit, at: now, from: &table)
    }

    /// Accepts usage that could not be stored.
    mutating func giveBack(_ flush: UsageFlush) {
        usage.giveBack(flush, names, to: &table)
        allowances.giveBack(flush.credits)
    }

    // MARK: A start

    /// Reserves capacity for `count` keys, before the first is loaded.
    mutating func reserve(_ count: Int) {
        let population = count >= PagePopulation.leastKeys ? PagePopulation() : nil
        names.reserve(count, population)
        table.reserve(count, population)
        if let population { usage.reserve(count, population) }
        schedule.reserve(count)
    }

    /// Loads a stored key with its usage. ``completeLoad(_:)`` must follow when all are loaded.
    mutating func load(_ key: StoredKey, _ load: inout KeyLoad) {
        let row = key.row
        let facts = StatusFacts(of: row, lastUsedAt: nil, origin: nil)
        let index = table.append(
            HotKey(digest: row.digest, facts: facts, workspace: row.workspace, number: row.number))
        table.setText(writer.write(row, in: workspaces.name(of: row.workspace)), at: index)
        if let text = row.addresses { table[index].setAddresses(AddressBlock.blocks(in: text.string)) }
        names.addNumber(row.number, index)
        if let hashes = names.hashes(of: table[index]) { load.fresh.append((index, hashes)) }
        if load.fresh.count == KeyLoad.freshAtOnce { enterFresh(&load) }
        counts.add(row, in: row.workspace)
        imports.add(row.imported?.format)
        if row.allowance != nil { moveAllowance(at: index, to: row.allowance) }
        if let origin = row.origin, origin.firstUsedAt == nil {
            table[index].awaitsFirstUse = true
            load.successors.append(index)
        }
        if row.successor != nil { load.predecessors.append(index) }
        if let place = row.ledger, usage.reopen(place, at: index, in: &table) {
            usage.restore(key.usage, key.peers, at: index, in: &table)
        } else {
            load.unplaced.append((index, key.usage, key.peers))
        }
        schedule.note(index, row, table[index].facts)
    }

    /// Indexes some keys. The memory that they need is prefetched first, for all at once.
    private mutating func enterFresh(_ load: inout KeyLoad) {
        for (index, hashes) in load.fresh {
            table.prefetchEntry(for: table[index].digest)
            names.prefetchEntries(hashes)
        }
        for (index, hashes) in load.fresh {
            table.enter(index)
            names.addTexts(index, hashes, in: table)
            names.indexName(at: index, hashes, in: table)
        }
        load.fresh.removeAll(keepingCapacity: true)
    }

    /// Derives the facts that depend on other keys, after all are loaded with their usage.
    ///
    /// A successor with usage has had its first use, even if a kill prevented storing it.
    ///
    /// - Returns: the slots of keys whose rows named none, or another key's.
    mutating func completeLoad(_ load: consuming KeyLoad) -> [KeyLedgerSlot] {
        enterFresh(&load)
        table.endLoad()
        usage.completeLoad()
        schedule.order()
        let replaced = allocateMissingPlaces(load)
        for index in load.successors where !table[index].facts.isUnused {
            table[index].awaitsFirstUse = false
            firstUses[table[index].number] = table[index].facts.lastUsedAt
        }
        for index in load.predecessors {
            guard let record = records[index] else { continue }
            refreshFacts(at: index, record)
            schedule.set(index, record, table[index].facts)
            // The holder of a name depends on the successor, which was not loaded when the key was.
            names.indexName(at: index, in: table)
        }
        return replaced
    }

    /// Allocates a slot for each key whose row names none, or another key's; returns the slots, to be stored.
    private mutating func allocateMissingPlaces(_ load: borrowing KeyLoad) -> [KeyLedgerSlot] {
        load.unplaced.map { index, totals, peers in
            let place = usage.allocate()
            let number = table[index].number
            usage.open(place, at: index, in: &table)
            usage.restore(totals, peers, at: index, in: &table)
            // Only a use changes the noted instant.
            if totals.lastUsedAt != nil, let record = records[index] {
                schedule.set(index, record, table[index].facts)
            }
            return KeyLedgerSlot(key: number, place: place)
        }
    }

    /// Restores the last refusals that are stored, the earliest first.
    mutating func restore(_ refusals: [RefusalHour]) { usage.restore(refusals) }
}
