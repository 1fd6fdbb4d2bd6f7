/// What ``KeyRing`` guards.
package struct RingState: ~Copyable {
    /// The facts of the keys, by the same index as in `table`; `nil` where a key was purged.
    package private(set) var records = PagedArray<KeyRecord?>()
    package var table = KeyTable()
    package private(set) var contexts: [Int64: StatusContext] = [:]
    package private(set) var workspaceNames: [(name: String, number: Int64)] = []

    /// Successors whose first valid use was seen and is not stored yet.
    package var firstUses: [FirstUse] = []
    package var tally = VerificationTally()
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
        contexts[number] ?? StatusContext(apiAccess: false, staleAfter: .days(90))
    }

    package func status(at index: KeyTable.Index, now: Instant) -> KeyStatus {
        table[index].facts.status(at: now, in: context(ofWorkspace: table[index].workspace))
    }

    // MARK: Changes

    /// Sets what the workspaces allow. Replies of keys are rendered anew only when a key is put.
    package mutating func setWorkspaces(_ workspaces: [(name: String, number: Int64, context: StatusContext)]) {
        contexts = Dictionary(uniqueKeysWithValues: workspaces.map { ($0.number, $0.context) })
        workspaceNames = workspaces.map { ($0.name, $0.number) }
    }

    /// Puts a key that is new, or replaces the facts of one that is there; its usage stays.
    package mutating func put(_ record: KeyRecord) {
        let origin = record.successor.flatMap { self.record(number: $0)?.origin }
        let known = indexByNumber[record.number]
        let facts = StatusFacts(of: record, lastUsedAt: known.map { table[$0].facts.lastUsedAt }, origin: origin)
        if let known {
            if let old = records[known], old.name != record.name { releaseName(of: old, at: known) }
            table[known].facts = facts
            table[known].reply.deallocate()
            table[known].reply = rendered(record)
            records[known] = record
            claimName(of: record, at: known)
        } else {
            add(record, facts)
        }
        let index = indexByNumber[record.number]!
        table[index].awaitsFirstUse = record.origin.map { $0.firstUsedAt == nil } ?? false
    }

    /// Puts a key as it was stored, with its usage.
    package mutating func load(_ key: StoredKey) {
        put(key.record)
        table[indexByNumber[key.record.number]!].restore(key.usage, peers: key.peers)
    }

    /// Derives the facts of predecessors anew, once their successors are there.
    package mutating func refreshPredecessors() {
        for index in 0..<records.count {
            guard let record = records[index], record.successor != nil else { continue }
            let origin = record.successor.flatMap { self.record(number: $0)?.origin }
            let lastUse = table[index].facts.isUnused ? nil : table[index].facts.lastUsedAt
            table[index].facts = StatusFacts(of: record, lastUsedAt: lastUse, origin: origin)
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
        dirty.removeAll { $0 == index }
        closedHours.removeAll { $0.key == number }
        table.remove(at: index)
        records[index] = nil
    }

    private mutating func add(_ record: KeyRecord, _ facts: StatusFacts) {
        var hot = HotKey(digest: record.digest, facts: facts, workspace: record.workspace, number: record.number)
        hot.reply = rendered(record)
        let index = table.insert(hot)
        if index == records.count { records.append(record) } else { records[index] = record }
        indexByNumber[record.number] = index
        indexByID[record.id] = index
        indexByPrefix[record.prefix] = index
        claimName(of: record, at: index)
    }

    private func rendered(_ record: KeyRecord) -> UnsafeRawBufferPointer {
        let workspace = workspaceNames.first { $0.number == record.workspace }?.name ?? ""
        let bytes = renderReply(record, workspace)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        copy.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(copy)
    }

    // MARK: Names

    /// A name means the youngest key that bears it, but for one that was revoked or replaced.
    private mutating func claimName(of record: KeyRecord, at index: KeyTable.Index) {
        let key = NameInWorkspace(workspace: record.workspace, name: record.name)
        guard let holderIndex = indexByName[key], holderIndex != index, let holder = records[holderIndex] else {
            indexByName[key] = index
            return
        }
        let isOut = record.revocation != nil || record.successor != nil
        let holderIsOut = holder.revocation != nil || holder.successor != nil
        if holderIsOut != isOut ? holderIsOut : holder.number < record.number { indexByName[key] = index }
    }

    private mutating func releaseName(of record: KeyRecord, at index: KeyTable.Index) {
        let key = NameInWorkspace(workspace: record.workspace, name: record.name)
        if indexByName[key] == index { indexByName[key] = nil }
    }
}

/// The first valid use of a successor.
package struct FirstUse: Sendable {
    /// The successor's number.
    package var key: Int64
    package var at: Instant
}
