extension Authority {
    /// Looks whether what is stored of some keys is as it was written; see ``KeyStore/checkKeys(after:limit:)``.
    package func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck {
        if case .failed(let fault) = committer.storeHealth { throw fault }
        return try store.checkKeys(after: number, limit: limit)
    }

    /// How many keys' usage is to be stored in the second that begins; to be asked once in each.
    package func usageDueThisSecond() -> Int { registry.shareOfSecond() }

    /// As of when all usage is stored; `nil` before all of it was stored once.
    package var usageStoredAsOf: Instant? { registry.read { $0.usage.storedAsOf } }

    /// How many rounds of storing usage have ended: when two more have, all that was counted before is stored, unless
    /// it was given back meanwhile.
    package var flushCycles: Int { registry.read { $0.usage.cycles } }

    /// Writes usage that has grown: of the next keys at most `limit`, and as many finished hours. Whether all of it is
    /// stored now.
    package func flushUsage(limit: Int, at now: Instant) throws(StoreFault) -> Bool {
        let flush = registry.takeUsage(limit: limit, at: now)
        do {
            try committer.write { () throws(StoreFault) in try store.flush(flush) }
        } catch {
            registry.giveBack(flush)
            throw error
        }
        return registry.noteUsageStored()
    }

    /// Stores the first uses of successors that were verified, and the grace periods that they started.
    ///
    /// What cannot be stored now stays in memory, where it is in force, and is tried again with the next flush.
    package func storeFirstUses(at now: Instant) throws(Refusal) {
        let uses = registry.read { $0.firstUses }
        guard !uses.isEmpty else { return }
        try committer.change(at: now) { (decision) throws(Refusal) in
            decision.storeFirstUses()
        }
        // Those of keys that are gone by now have left nothing to store.
        registry.forgetFirstUses(of: uses.keys)
    }
}
