/// What is left to do with keys that are loaded, until all are there.
struct LoadedKeys {
    /// Keys that no table finds yet.
    var fresh: [(index: KeyTable.Index, hashes: KeyNames.Hashes)] = []
    /// Keys without a place for their usage.
    var unplaced: [(index: KeyTable.Index, usage: UsageTotals, peers: [PeerShare])] = []
    /// Successors whose first use is not stored.
    var successors: [KeyTable.Index] = []
    /// Keys that have a successor.
    var predecessors: [KeyTable.Index] = []
}

// A start: every key as its row tells, then what keys have of each other. There is nobody else to have the registry yet.
extension RegistryState {
    /// Makes room for `count` keys, before the first is loaded.
    package mutating func reserve(_ count: Int) {
        table.reserve(count)
        names.reserve(count)
        for sweep in Sweep.allCases { dues[sweep].reserve(count) }
    }

    /// Puts a key as it was stored, with its usage. When all are there, ``completeLoad()`` must follow.
    package mutating func load(_ key: StoredKey) {
        let row = key.row
        let facts = StatusFacts(of: row, lastUsedAt: nil, origin: nil)
        let index = table.append(
            HotKey(digest: row.digest, facts: facts, workspace: row.workspace, number: row.number))
        table.setText(writer.write(row, in: name(ofWorkspace: row.workspace)), at: index)
        names.addNumber(row.number, index)
        if let hashes = names.hashes(of: table[index]) { loading.fresh.append((index, hashes)) }
        if loading.fresh.count == Self.freshAtOnce { enterFresh() }
        count(row.workspace, isOver: row.isRecordedAsOver, by: 1)
        if let origin = row.origin, origin.firstUsedAt == nil {
            table[index].awaitsFirstUse = true
            loading.successors.append(index)
        }
        if row.successor != nil { loading.predecessors.append(index) }
        if let slot = row.ledger.flatMap({ slots.reopen($0, for: row.number) }) {
            table[index].usage = slot
            restore(key.usage, key.peers, at: index)
        } else {
            loading.unplaced.append((index, key.usage, key.peers))
        }
        scheduleLoaded(row, at: index)
    }

    private static let freshAtOnce = 64

    /// Has some keys found. All the places that they need are read first, so that memory fetches them side by side.
    private mutating func enterFresh() {
        for (index, hashes) in loading.fresh {
            prefetched ^= table.prefetchSlot(for: table[index].digest) ^ names.prefetch(hashes)
        }
        for (index, hashes) in loading.fresh {
            table.enter(index)
            names.addTexts(index, hashes, in: table)
            indexName(at: index, hashes)
        }
        loading.fresh.removeAll(keepingCapacity: true)
    }

    private mutating func restore(_ usage: UsageTotals, _ peers: [PeerShare], at index: KeyTable.Index) {
        guard table[index].restore(usage, peers: peers) else { return }
        recovered += 1
        markDirty(index)
    }

    /// Derives what keys have of each other, once all are there with their usage.
    ///
    /// A successor that was used, as its usage tells, has had its first use, though a kill kept that from being
    /// stored.
    ///
    /// - Returns: the places of the keys that were given another one for their usage than their rows name.
    package mutating func completeLoad() -> [KeyLedgerSlot] {
        enterFresh()
        slots.completeLoad()
        for sweep in Sweep.allCases { dues[sweep].order() }
        let replaced = allocateMissingSlots()
        for index in loading.successors where !table[index].facts.isUnused {
            table[index].awaitsFirstUse = false
            firstUses[table[index].number] = table[index].facts.lastUsedAt
        }
        for index in loading.predecessors {
            guard let record = records[index] else { continue }
            refreshFacts(at: index, record)
            schedule(record, at: index)
            // Whether it has its name still hangs on its successor, which was not there when it was loaded.
            indexName(at: index)
        }
        loading = LoadedKeys()
        return replaced
    }

    /// Gives a place to each key whose row names none, or one that another's names too; the places, to be stored.
    private mutating func allocateMissingSlots() -> [KeyLedgerSlot] {
        loading.unplaced.map { index, usage, peers in
            let place = slots.allocate()
            let number = table[index].number
            table[index].usage = slots.open(place, for: number)
            restore(usage, peers, at: index)
            // Only a use makes another instant of what was noted.
            if usage.lastUsedAt != nil { schedule(index) }
            return KeyLedgerSlot(key: number, place: place)
        }
    }
}
