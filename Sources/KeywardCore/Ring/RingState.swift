/// What ``KeyRing`` guards.
@usableFromInline package struct RingState: ~Copyable {
    /// The facts of the keys, by the same index as in `table`; `nil` where a key was purged.
    package private(set) var records = PagedArray<KeyRecord?>()
    package var table = KeyTable()
    package private(set) var contexts: [Int64: StatusContext] = [:]
    /// The same by number, for verifications: numbers are given in order, from 1.
    private var contextsInOrder: [StatusContext?] = []
    package private(set) var workspaceNames: [(name: String, number: Int64)] = []

    /// Successors whose first valid use was seen and is not stored yet, by number, with its instant.
    package var firstUses: [Int64: Instant] = [:]
    package var tally = VerificationTally()
    var dues = DueIndices()
    var sweepPolicy = SweepPolicy()
    /// How many keys are over, as far as is on record.
    private(set) var overCount = 0
    var dirty: [KeyTable.Index] = []
    var closedHours: [HourUsage] = []

    private var indexByNumber: [Int64: KeyTable.Index] = [:]
    private var indexByID: [String: KeyTable.Index] = [:]
    private var indexByPrefix: [String: KeyTable.Index] = [:]
    private var indexByName: [NameInWorkspace: KeyTable.Index] = [:]
    private let renderReply: KeyRing.ReplyRenderer

    private struct NameInWorkspace: Hashable {
        var workspace: Int64
        var name: String
    }

    init(renderReply: @escaping KeyRing.ReplyRenderer) {
        self.renderReply = renderReply
    }

    // MARK: Look-ups

    package func index(ofNumber number: Int64) -> KeyTable.Index? { indexByNumber[number] }

    package func record(number: Int64) -> KeyRecord? {
        indexByNumber[number].flatMap { records[$0] }
    }

    /// Where the key is that `reference` means; a name means the key that bears or last bore it in `workspace`.
    package func index(of reference: KeyReference, workspace: Int64?) -> KeyTable.Index? {
        switch reference {
        case .id(let id): indexByID[id]
        case .prefix(let prefix): indexByPrefix[prefix]
        case .name(let name): workspace.flatMap { indexByName[NameInWorkspace(workspace: $0, name: name)] }
        }
    }

    package func hasPrefix(_ prefix: String) -> Bool { indexByPrefix[prefix] != nil }

    /// The number of the workspace with this name.
    package func workspace(named name: UnsafeRawBufferPointer) -> Int64? {
        workspaceNames.first { $0.name.utf8.elementsEqual(name) }?.number
    }

    package func context(ofWorkspace number: Int64) -> StatusContext {
        let known = number < contextsInOrder.count ? contextsInOrder[Int(number)] : nil
        return known ?? StatusContext(apiAccess: false, staleAfter: .days(90))
    }

    package func status(at index: KeyTable.Index, now: Instant) -> KeyStatus {
        table[index].facts.status(at: now, in: context(ofWorkspace: table[index].workspace))
    }

    // MARK: Changes

    /// Sets what the workspaces allow. Replies of keys are rendered anew only when a key is put.
    package mutating func setWorkspaces(_ workspaces: [(name: String, number: Int64, context: StatusContext)]) {
        contexts = Dictionary(uniqueKeysWithValues: workspaces.map { ($0.number, $0.context) })
        contextsInOrder = Array(repeating: nil, count: Int(workspaces.map(\.number).max() ?? 0) + 1)
        for workspace in workspaces { contextsInOrder[Int(workspace.number)] = workspace.context }
        workspaceNames = workspaces.map { ($0.name, $0.number) }
    }

    /// Puts a key that is new, or replaces the facts of one that is there; its usage stays.
    package mutating func put(_ record: KeyRecord) {
        schedule(place(record))
    }

    private mutating func place(_ record: KeyRecord) -> KeyTable.Index {
        let index = indexByNumber[record.number] ?? add(record)
        if let old = records[index] {
            if old.name != record.name { releaseName(of: old, at: index) }
            overCount -= old.isRecordedAsOver ? 1 : 0
        }
        overCount += record.isRecordedAsOver ? 1 : 0
        records[index] = record
        refreshFacts(at: index)
        table[index].reply.deallocate()
        table[index].reply = rendered(record)
        table[index].awaitsFirstUse =
            record.origin.map { $0.firstUsedAt == nil && firstUses[record.number] == nil } ?? false
        claimName(of: record, at: index)
        // The other ends of its rotations may have the better claim now.
        for number in [record.successor, record.origin?.predecessor] {
            guard let end = number.flatMap({ indexByNumber[$0] }), let other = records[end] else { continue }
            if other.name == record.name { claimName(of: other, at: end) }
        }
        return index
    }

    /// Puts a key as it was stored, with its usage. When all are there, ``completeLoad()`` must follow.
    package mutating func load(_ key: StoredKey) {
        let index = place(key.record)
        table[index].restore(key.usage, peers: key.peers)
    }

    /// Derives what keys have of each other, once all are there with their usage.
    ///
    /// A successor that was used, as its usage tells, has had its first use, though a kill kept that from being
    /// stored.
    package mutating func completeLoad() {
        for index in 0..<records.count where table[index].isPresent && table[index].awaitsFirstUse {
            guard !table[index].facts.isUnused else { continue }
            table[index].awaitsFirstUse = false
            firstUses[table[index].number] = table[index].facts.lastUsedAt
        }
        for index in 0..<records.count where records[index]?.successor != nil { refreshFacts(at: index) }
        scheduleAll()
    }

    /// Derives the facts of a key from its record and from what memory alone knows: its usage, and a first use of its
    /// successor that is not stored yet.
    private mutating func refreshFacts(at index: KeyTable.Index) {
        let record = records[index]!
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
            guard let index = indexByNumber[hour.key], table[index].hour <= hour.hour else { continue }
            table[index].hour = hour.hour
            table[index].hourValid = hour.valid
            table[index].hourRefused = hour.refused
        }
    }

    /// Forgets a key.
    package mutating func remove(number: Int64) {
        guard let index = indexByNumber.removeValue(forKey: number), let record = records[index] else { return }
        indexByID[record.id] = nil
        indexByPrefix[record.prefix] = nil
        releaseName(of: record, at: index)
        firstUses[number] = nil
        for sweep in Sweep.allCases { dues[sweep].set(index, to: .distantFuture) }
        overCount -= record.isRecordedAsOver ? 1 : 0
        dirty.removeAll { $0 == index }
        closedHours.removeAll { $0.key == number }
        table.remove(at: index)
        records[index] = nil
    }

    private mutating func add(_ record: KeyRecord) -> KeyTable.Index {
        let facts = StatusFacts(createdAt: record.createdAt)
        let hot = HotKey(digest: record.digest, facts: facts, workspace: record.workspace, number: record.number)
        let index = table.insert(hot)
        if index == records.count { records.append(nil) }
        indexByNumber[record.number] = index
        indexByID[record.id] = index
        indexByPrefix[record.prefix] = index
        return index
    }

    private func rendered(_ record: KeyRecord) -> UnsafeRawBufferPointer {
        let workspace = workspaceNames.first { $0.number == record.workspace }?.name ?? ""
        let bytes = renderReply(record, workspace)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        copy.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(copy)
    }

    // MARK: Names

    /// Of the keys that bear a name it means the one that was neither revoked nor replaced; of several such, the one
    /// that lives longest, for only one can be live; so it is the same key after a restart.
    private mutating func claimName(of record: KeyRecord, at index: KeyTable.Index) {
        let key = NameInWorkspace(workspace: record.workspace, name: record.name)
        guard let holderIndex = indexByName[key], holderIndex != index, let holder = records[holderIndex],
            holder.claim > record.claim
        else {
            indexByName[key] = index
            return
        }
    }

    private mutating func releaseName(of record: KeyRecord, at index: KeyTable.Index) {
        let key = NameInWorkspace(workspace: record.workspace, name: record.name)
        if indexByName[key] == index { indexByName[key] = nil }
    }
}

extension KeyRecord {
    /// How strong its claim to its name is.
    fileprivate var claim: (Int, Instant, Int64) {
        (revocation == nil && successor == nil ? 1 : 0, expiresAt ?? .distantFuture, number)
    }
}
