/// What ``KeyRegistry`` guards.
@usableFromInline package struct RegistryState: ~Copyable {
    package var table = KeyTable()
    var slots: UsageSlots
    package private(set) var contexts: [Int64: StatusContext] = [:]
    /// What verifications need of the workspaces, by number: they are given in order, from 1.
    private(set) var workspacesInOrder: [RegisteredWorkspace] = []
    package private(set) var workspaceNames: [(name: String, number: Int64)] = []
    /// The greatest number of bytes that one of these names may have when it is written in another form than NFC.
    private var longestName = 0

    /// Successors whose first valid use was seen and is not stored yet, by number, with its instant.
    package var firstUses: [Int64: Instant] = [:]
    package var tally = VerificationTally()
    var dues = DueIndices()
    var sweepPolicy = SweepPolicy()
    /// How many keys are over, as far as is on record.
    private(set) var overCount = 0
    /// By workspace: how many keys may count towards its plan's cap, as far as is on record.
    private var cappedCounts: [Int] = []
    var dirty = DirtyKeys()
    var flushCycle = FlushCycle()
    var closedHours = FinishedHours()
    var refusals = Refusals()
    /// How many keys' usage the ledger had kept and the database had not.
    package internal(set) var recovered = 0

    /// What was read to have it fetched; keeps the reads from being left out.
    var prefetched: UInt64 = 0

    var names = KeyNames()
    var writer: KeyTextWriter
    /// What is left to do when all keys are loaded.
    var loading = LoadedKeys()

    init(ledger: any UsageLedger, renderer: ReplyRenderer) {
        slots = UsageSlots(ledger)
        writer = KeyTextWriter(renderer)
    }

    deinit {
        workspacesInOrder.forEach { $0.name.deallocate() }
    }

    // MARK: Look-ups

    /// The records of the keys, by the same index as in `table`; `nil` where a key was purged.
    package var records: KeyRecords { table.records }

    /// One more than the greatest number of a key.
    var endNumber: Int64 { names.endNumber }

    package func index(ofNumber number: Int64) -> KeyTable.Index? { names.index(ofNumber: number) }

    package func record(number: Int64) -> KeyRecord? {
        index(ofNumber: number).flatMap { records[$0] }
    }

    /// Where the key is that `reference` means; a name means the key that bears or last bore it in `workspace`.
    package func index(of reference: KeyReference, workspace: Int64?) -> KeyTable.Index? {
        switch reference {
        case .id(let id): names.index(ofID: id, in: table)
        case .prefix(let prefix): names.index(ofPrefix: prefix, in: table)
        case .name(let name): workspace.flatMap { names.index(ofName: name, inWorkspace: $0, in: table) }
        }
    }

    package func hasPrefix(_ prefix: String) -> Bool { names.index(ofPrefix: prefix, in: table) != nil }

    /// The number of the workspace with this name.
    package func workspace(named name: UnsafeRawBufferPointer) -> Int64? {
        workspaceNames.first { $0.name.utf8.elementsEqual(name) }?.number ?? workspace(namedInAnotherForm: name)
    }

    /// Names are kept in NFC. Only a name that is none of them is normalized, and only one that is short enough to be
    /// one of them, for the lock is held.
    @inline(never)
    private func workspace(namedInAnotherForm name: UnsafeRawBufferPointer) -> Int64? {
        guard name.count <= longestName, name.contains(where: { $0 >= 0x80 }) else { return nil }
        let name = FreeText.normalized(String(decoding: name, as: UTF8.self))
        return workspaceNames.first { $0.name.utf8.elementsEqual(name.utf8) }?.number
    }

    package func context(ofWorkspace number: Int64) -> StatusContext {
        number < workspacesInOrder.count
            ? workspacesInOrder[Int(number)].context : StatusContext(apiAccess: false, staleAfter: .days(90))
    }

    /// The name of the workspace that the key at `index` is in, as its replies tell it.
    package func workspaceName(at index: KeyTable.Index) -> UnsafeRawBufferPointer {
        let number = Int(table[index].workspace)
        guard number < workspacesInOrder.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(workspacesInOrder[number].name)
    }

    package func status(at index: KeyTable.Index, now: Instant) -> KeyStatus {
        table[index].status(at: now, in: context(ofWorkspace: table[index].workspace))
    }

    // MARK: Changes

    /// Sets what the workspaces allow. Replies of keys are rendered anew only when a key is put.
    package mutating func setWorkspaces(_ workspaces: [(name: String, number: Int64, context: StatusContext)]) {
        contexts = Dictionary(uniqueKeysWithValues: workspaces.map { ($0.number, $0.context) })
        workspacesInOrder.forEach { $0.name.deallocate() }
        workspacesInOrder = (0...(workspaces.map(\.number).max() ?? 0)).map { number in
            RegisteredWorkspace(workspaces.first { $0.number == number })
        }
        workspaceNames = workspaces.map { ($0.name, $0.number) }
        // No form of a text has more than three times as many bytes as its NFC (UAX #15, Maximum Expansion Factor).
        longestName = 3 * (workspaces.map(\.name.utf8.count).max() ?? 0)
    }

    /// Puts a key that is new, or replaces the facts of one that is there; its usage stays.
    package mutating func put(_ record: KeyRecord) {
        var record = record
        record.ledger = record.ledger ?? place(ofKey: record.number)
        let isNew = index(ofNumber: record.number) == nil
        let index = place(record)
        if isNew, let hashes = names.hashes(of: table[index]) { names.addTexts(index, hashes, in: table) }
        indexNames(record, at: index)
        if table[index].usage == nil { table[index].usage = record.ledger.map { slots.open($0, for: record.number) } }
        schedule(record, at: index)
    }

    /// Gives keys that are about to be stored together the places where their usage is counted: a key that several
    /// of the changes have, one.
    mutating func allocateSlots(for changes: inout [Changes]) {
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
    mutating func releaseSlots(of changes: [Changes]) {
        let fresh = changes.flatMap(\.keys).filter { index(ofNumber: $0.number) == nil }
        for place in Set(fresh.compactMap(\.ledger)) { slots.release(place) }
    }

    private mutating func place(ofKey number: Int64) -> LedgerSlot {
        record(number: number)?.ledger ?? slots.allocate()
    }

    /// Puts a record; of the tables that find it by a text none.
    private mutating func place(_ record: KeyRecord) -> KeyTable.Index {
        let known = index(ofNumber: record.number)
        let index = known ?? add(record)
        if known != nil, let old = records[index] {
            if old.name != record.name { releaseName(of: old, at: index) }
            count(old, by: -1)
        }
        count(record, by: 1)
        let workspace = name(ofWorkspace: record.workspace)
        record.withRow { table.setText(writer.write($0, in: workspace), at: index) }
        if known == nil { names.addNumber(record.number, index) }
        refreshFacts(at: index, record)
        table[index].awaitsFirstUse =
            record.origin.map { $0.firstUsedAt == nil && firstUses[record.number] == nil } ?? false
        return index
    }

    func name(ofWorkspace number: Int64) -> String {
        workspaceNames.first { $0.number == number }?.name ?? ""
    }

    /// Derives the facts of a key from its record and from what memory alone knows: its usage, and a first use of its
    /// successor that is not stored yet.
    mutating func refreshFacts(at index: KeyTable.Index, _ record: KeyRecord) {
        let origin = record.successor.flatMap { self.record(number: $0)?.origin }
        let lastUse = table[index].facts.isUnused ? nil : table[index].facts.lastUsedAt
        table[index].facts = StatusFacts(of: record, lastUsedAt: lastUse, origin: origin)
        if record.graceEndsAt == nil, let successor = record.successor, let origin, let use = firstUses[successor] {
            table[index].facts.startGrace(origin.grace, at: use)
        }
    }

    /// Sets the hours that may still grow, as they were stored.
    package mutating func restore(_ hours: [HourUsage]) {
        for hour in hours {
            if let index = index(ofNumber: hour.key) { table[index].restore(hour) }
        }
    }

    /// Forgets a key.
    package mutating func remove(number: Int64) {
        guard let index = index(ofNumber: number), let record = records[index] else { return }
        releaseName(of: record, at: index)
        names.remove(index, record)
        firstUses[number] = nil
        for sweep in Sweep.allCases { dues[sweep].set(index, to: .distantFuture) }
        count(record, by: -1)
        dirty.remove(index)
        closedHours.forget(key: number)
        refusals.forget(key: number)
        table.remove(at: index)
        if let place = record.ledger { slots.release(place) }
    }

    /// How many keys of a workspace are not over, as far as is on record: no fewer than count towards its plan's cap at
    /// any instant.
    func mostCapped(inWorkspace number: Int64) -> Int {
        number < cappedCounts.count ? cappedCounts[Int(number)] : 0
    }

    private mutating func count(_ record: KeyRecord, by step: Int) {
        count(record.workspace, isOver: record.isRecordedAsOver, by: step)
    }

    mutating func count(_ workspace: Int64, isOver: Bool, by step: Int) {
        if isOver { return overCount += step }
        while cappedCounts.count <= workspace { cappedCounts.append(0) }
        cappedCounts[Int(workspace)] += step
    }

    private mutating func add(_ record: KeyRecord) -> KeyTable.Index {
        let facts = StatusFacts(createdAt: record.createdAt)
        return table.insert(
            HotKey(digest: record.digest, facts: facts, workspace: record.workspace, number: record.number))
    }
}
