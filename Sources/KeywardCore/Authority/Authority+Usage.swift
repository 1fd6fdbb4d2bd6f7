extension Authority {
    /// Checks whether some stored keys are unaltered; see ``KeyStore/checkKeys(after:limit:)``.
    package func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck {
        if case .failed(let fault) = committer.storeHealth { throw fault }
        return try store.checkKeys(after: number, limit: limit)
    }

    /// How many keys' usage to store in the second that begins; to be called once in each.
    package func usageDueThisSecond() -> Int { registry.shareOfSecond() }

    /// The instant up to which all usage is stored; `nil` before all of it was stored once.
    package var usageStoredAsOf: Instant? { registry.read { $0.usage.storedAsOf } }

    /// The number of completed flush cycles. After two more, all earlier counts are stored, unless they were returned
    /// meanwhile.
    package var flushCycles: Int { registry.read { $0.usage.cycles } }

    /// Writes usage that has grown: of the next keys (at most `limit`), and as many finished hours. Whether all is
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

    /// Stores the first uses of verified successors, and the grace periods that they started.
    ///
    /// Uses that cannot be stored now stay in force in memory. The next flush tries again.
    package func storeFirstUses(at now: Instant) throws(Refusal) {
        let uses = registry.read { $0.firstUses }
        guard !uses.isEmpty else { return }
        try committer.change(at: now) { (decision) throws(Refusal) in
            decision.storeFirstUses()
        }
        // First uses of deleted keys have left nothing to store.
        registry.forgetFirstUses(of: uses.keys)
    }

    /// Whether uses of canaries wait to be stored.
    package var hasCanaryUses: Bool { registry.read { !$0.canaries.isEmpty } }

    /// Adds entries about used canaries to the trail: about those that are due, or about all. Uses that cannot be stored
    /// now wait.
    package func storeCanaryUses(at now: Instant, all: Bool = false) throws(Refusal) {
        let uses = registry.read { all ? $0.canaries.all : $0.canaries.due(at: now) }
        guard !uses.isEmpty else { return }
        try committer.change(at: now) { (decision) throws(Refusal) in
            decision.storeCanaryUses(uses)
        }
        registry.noteStored(uses, at: now)
    }

    /// Stores the notices about balances that are low or exhausted. Those that cannot be stored now wait.
    package func storeNotices(at now: Instant) throws(Refusal) {
        let notices = registry.read { $0.allowances.pendingNotices }
        guard !notices.isEmpty else { return }
        try committer.change(at: now) { (decision) throws(Refusal) in
            decision.storeNotices(notices)
        }
        registry.forgetNotices(notices.count)
    }
}
