/// What ``KeyRegistry`` guards: the keys, and all that follows from them.
///
/// Each part is a value that keeps its own storage to itself. Only this file changes them, so that what belongs together
/// changes together; other files read.
package struct RegistryState: ~Copyable {
    private(set) var table = KeyTable()
    private(set) var names = KeyNames()
    private(set) var workspaces = RegisteredWorkspaces()
    private(set) var counts = KeyCounts()
    private(set) var schedule = DueSchedule()
    private(set) var usage: UsageCounters
    /// Successors whose first valid use was seen and is not stored yet, by number, with its instant.
    private(set) var firstUses: [Int64: Instant] = [:]
    private(set) var tally = VerificationTally()
    private var writer: KeyTextWriter

    init(ledger: any UsageLedger, renderer: ReplyRenderer) {
        usage = UsageCounters(ledger)
        writer = KeyTextWriter(renderer)
    }

    // MARK: Verifications

    /// Decides whether a key that was looked up by its digest is good at `now`, and counts the use.
    ///
    /// - Parameter scopes: those that the key's must cover; looked at last, of a key that is good so far.
    mutating func verify(
        _ index: KeyTable.Index, by uid: UInt32, at now: Instant, in filter: WorkspaceFilter,
        requiring scopes: ArraySlice<[UInt8]>
    ) -> Verdict {
        let context = workspaces.context(of: table[index].workspace)
        let facts = table[index].facts
        let status = facts.status(at: now, in: context)
        var verdict = Verdict(code: .valid)
        if !filter.admits(table[index].workspace) {
            verdict.code = .notFound
        } else if let refusal = Verdict.Code(refusing: status) {
            verdict.code = refusal
        } else if !scopes.isEmpty, !(table[index].text?.covers(scopes) ?? false) {
            verdict.code = .insufficientScope
        } else {
            verdict.warnings = VerdictWarnings(facts, at: now, in: context)
        }
        if verdict.code == .valid {
            if table[index].awaitsFirstUse { noteFirstUse(at: index, now) }
            usage.countValid(index, by: uid, at: now, in: &table)
        } else {
            usage.countRefusal(verdict.code, index, by: uid, at: now, in: &table)
        }
        tally.count(verdict.code)
        return verdict
    }

    /// Counts a verification that no key had a part in.
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

    /// These first uses are stored, or have left nothing to store.
    mutating func forgetFirstUses(of keys: some Sequence<Int64>) {
        for key in keys { firstUses[key] = nil }
    }

    // MARK: Keys

    /// Puts a key that is new, or replaces the facts of one that is there; its usage stays.
    mutating func put(_ record: KeyRecord) {
        var record = record
        record.ledger = record.ledger ?? place(ofKey: record.number)
        let known = names.index(ofNumber: record.number)
        let index = known ?? insert(record)
        if known != nil, let old = records[index] {
            if old.name != record.name { names.releaseName(old.name, inWorkspace: old.workspace, of: index) }
            counts.remove(old, in: old.workspace)
        }
        counts.add(record, in: record.workspace)
        let workspace = workspaces.name(of: record.workspace)
        record.withRow { table.setText(writer.write($0, in: workspace), at: index) }
        if known == nil {
            names.addNumber(record.number, index)
            if let hashes = names.hashes(of: table[index]) { names.addTexts(index, hashes, in: table) }
        }
        refreshFacts(at: index, record)
        table[index].awaitsFirstUse =
            record.origin.map { $0.firstUsedAt == nil && firstUses[record.number] == nil } ?? false
        indexNames(record, at: index)
        usage.open(record.ledger, at: index, in: &table)
        schedule.set(index, record, table[index].facts)
    }

    /// Forgets a key.
    mutating func remove(number: Int64) {
        guard let index = names.index(ofNumber: number), let record = records[index] else { return }
        names.releaseName(record.name, inWorkspace: record.workspace, of: index)
        names.remove(index, record)
        firstUses[number] = nil
        schedule.remove(index)
        counts.remove(record, in: record.workspace)
        usage.forget(index, number: number)
        table.remove(at: index)
        if let place = record.ledger { usage.release(place) }
    }

    private mutating func insert(_ record: KeyRecord) -> KeyTable.Index {
        let facts = StatusFacts(createdAt: record.createdAt)
        return table.insert(
            HotKey(digest: record.digest, facts: facts, workspace: record.workspace, number: record.number))
    }

    /// Has the name of a key that was put mean it. The other ends of its rotations may have precedence now.
    private mutating func indexNames(_ record: KeyRecord, at index: KeyTable.Index) {
        names.indexName(at: index, in: table)
        for number in [record.successor, record.origin?.predecessor] {
            guard let end = number.flatMap({ names.index(ofNumber: $0) }) else { continue }
            if table[end].name == record.name { names.indexName(at: end, in: table) }
        }
    }

    /// Derives the facts of a key from its record and from what memory alone knows: its usage, and a first use of its
    /// successor that is not stored yet.
    private mutating func refreshFacts(at index: KeyTable.Index, _ record: KeyRecord) {
        let origin = record.successor.flatMap { self.record(number: $0)?.origin }
        let lastUse = table[index].facts.isUnused ? nil : table[index].facts.lastUsedAt
        table[index].facts = StatusFacts(of: record, lastUsedAt: lastUse, origin: origin)
        if record.graceEndsAt == nil, let successor = record.successor, let origin, let use = firstUses[successor] {
            table[index].facts.startGrace(origin.grace, at: use)
        }
    }

    // MARK: Places for usage

    /// Gives keys that are about to be stored together the places where their usage is counted: a key that several
    /// of the changes have, one.
    mutating func allocatePlaces(for changes: inout [Changes]) {
        var given: [Int64: LedgerSlot] = [:]
        for index in changes.indices {
            for place in changes[index].keys.indices where changes[index].keys[place].ledger == nil {
                let number = changes[index].keys[place].number
                changes[index].keys[place].ledger = given[number] ?? self.place(ofKey: number)
                given[number] = changes[index].keys[place].ledger
            }
        }
    }

    /// Takes back the places of keys that were not stored.
    mutating func releasePlaces(of changes: [Changes]) {
        let fresh = changes.flatMap(\.keys).filter { names.index(ofNumber: $0.number) == nil }
        for place in Set(fresh.compactMap(\.ledger)) { usage.release(place) }
    }

    private mutating func place(ofKey number: Int64) -> LedgerSlot {
        record(number: number)?.ledger ?? usage.allocate()
    }

    // MARK: Workspaces and policy

    /// Sets what the workspaces allow. Replies of keys are rendered anew only when a key is put.
    mutating func setWorkspaces(_ workspaces: [RegisteredWorkspace]) {
        self.workspaces.set(workspaces)
    }

    /// Has the sweeps go by another policy; whether it differs. Every key is to be scheduled anew then.
    mutating func adopt(_ policy: SweepPolicy) -> Bool { schedule.adopt(policy) }

    /// Schedules some of the keys anew; whether there are more behind them.
    mutating func reschedule(from start: KeyTable.Index, atMost count: Int) -> Bool {
        let end = min(start + count, table.endIndex)
        for index in start..<max(start, end) {
            guard let record = records[index] else { continue }
            schedule.set(index, record, table[index].facts)
        }
        return end < table.endIndex
    }

    /// Sets anew when keys are due that a sweep had nothing to do with at `now`.
    mutating func postpone(_ entries: some Sequence<DueIndex.Entry>, _ sweep: Sweep, at now: Instant) {
        for entry in entries where schedule.isStillDue(entry, sweep) {
            guard let record = records[entry.index] else { continue }
            schedule.postpone(entry.index, sweep, record, table[entry.index].facts, at: now)
        }
    }

    /// Has no use of some of the keys be later than `now`; whether there are more behind them.
    mutating func setUsageBack(to now: Instant, from start: KeyTable.Index, atMost count: Int) -> Bool {
        if start == 0 { usage.forgetHours(after: now) }
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

    /// How many keys' usage is to be stored in the second that begins.
    mutating func shareOfSecond() -> Int { usage.shareOfSecond() }

    /// Takes the usage of the next keys to be stored, at most `limit`, and as many finished hours.
    mutating func takeUsage(limit: Int, at now: Instant) -> UsageFlush {
        usage.take(limit: limit, at: now, from: &table)
    }

    /// Takes the refusals to be stored.
    mutating func takeRefusals() -> [RefusalHour] { usage.takeRefusals() }

    /// What was taken last is stored.
    mutating func noteUsageStored() { usage.noteStored() }

    /// Takes back what could not be stored.
    mutating func giveBack(_ flush: UsageFlush) { usage.giveBack(flush, names, to: &table) }

    // MARK: A start

    /// Makes room for `count` keys, before the first is loaded.
    mutating func reserve(_ count: Int) {
        table.reserve(count)
        names.reserve(count)
        schedule.reserve(count)
    }

    /// Puts a key as it was stored, with its usage. When all are there, ``completeLoad(_:)`` must follow.
    mutating func load(_ key: StoredKey, _ load: inout KeyLoad) {
        let row = key.row
        let facts = StatusFacts(of: row, lastUsedAt: nil, origin: nil)
        let index = table.append(
            HotKey(digest: row.digest, facts: facts, workspace: row.workspace, number: row.number))
        table.setText(writer.write(row, in: workspaces.name(of: row.workspace)), at: index)
        names.addNumber(row.number, index)
        if let hashes = names.hashes(of: table[index]) { load.fresh.append((index, hashes)) }
        if load.fresh.count == KeyLoad.freshAtOnce { enterFresh(&load) }
        counts.add(row, in: row.workspace)
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

    /// Has some keys found. All the places that they need are fetched first, side by side.
    private mutating func enterFresh(_ load: inout KeyLoad) {
        for (index, hashes) in load.fresh {
            table.prefetchSlot(for: table[index].digest)
            names.prefetchEntries(hashes)
        }
        for (index, hashes) in load.fresh {
            table.enter(index)
            names.addTexts(index, hashes, in: table)
            names.indexName(at: index, hashes, in: table)
        }
        load.fresh.removeAll(keepingCapacity: true)
    }

    /// Derives what keys have of each other, once all are there with their usage.
    ///
    /// A successor that was used, as its usage tells, has had its first use, though a kill kept that from being
    /// stored.
    ///
    /// - Returns: the places of the keys that were given another one for their usage than their rows name.
    mutating func completeLoad(_ load: consuming KeyLoad) -> [KeyLedgerSlot] {
        enterFresh(&load)
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
            // Whether it has its name still hangs on its successor, which was not there when it was loaded.
            names.indexName(at: index, in: table)
        }
        return replaced
    }

    /// Gives a place to each key whose row names none, or one that another's names too; the places, to be stored.
    private mutating func allocateMissingPlaces(_ load: borrowing KeyLoad) -> [KeyLedgerSlot] {
        load.unplaced.map { index, totals, peers in
            let place = usage.allocate()
            let number = table[index].number
            usage.open(place, at: index, in: &table)
            usage.restore(totals, peers, at: index, in: &table)
            // Only a use makes another instant of what was noted.
            if totals.lastUsedAt != nil, let record = records[index] {
                schedule.set(index, record, table[index].facts)
            }
            return KeyLedgerSlot(key: number, place: place)
        }
    }

    /// Sets what was stored of the hours that may still grow.
    mutating func restore(_ hours: [HourUsage]) {
        for hour in hours {
            if let index = names.index(ofNumber: hour.key) { table[index].restore(hour) }
        }
    }

    /// Sets the last refusals that are stored, the earliest first.
    mutating func restore(_ refusals: [RefusalHour]) { usage.restore(refusals) }
}

/// What is left to do with keys that are loaded, until all are there.
struct KeyLoad {
    fileprivate static let freshAtOnce = 64

    /// Keys that no table finds yet.
    fileprivate var fresh: [(index: KeyTable.Index, hashes: KeyNames.Hashes)] = []
    /// Keys without a place for their usage.
    fileprivate var unplaced: [(index: KeyTable.Index, usage: UsageTotals, peers: [PeerShare])] = []
    /// Successors whose first use is not stored.
    fileprivate var successors: [KeyTable.Index] = []
    /// Keys that have a successor.
    fileprivate var predecessors: [KeyTable.Index] = []
}
