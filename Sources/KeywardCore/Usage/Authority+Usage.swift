extension Authority {
    /// How many keys' usage is taken under one hold of the registry's lock.
    private static let flushSlice = 64

    /// Looks whether what is stored of some keys is as it was written; see ``KeyStore/checkKeys(after:limit:)``.
    package func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck {
        if case .failed(let fault) = storeHealth { throw fault }
        return try store.checkKeys(after: number, limit: limit)
    }

    /// How many keys' usage is to be stored in the second that begins; to be asked once in each.
    package func usageDueThisSecond() -> Int { registry.withState { $0.shareOfSecond() } }

    /// As of when all usage is stored; `nil` before all of it was stored once.
    package var usageStoredAsOf: Instant? { registry.withState { $0.usageStoredAsOf } }

    /// How many rounds of storing usage have ended: when two more have, all that was counted before is stored, unless
    /// it was given back meanwhile.
    package var flushCycles: Int { registry.withState { $0.flushCycles } }

    /// Writes usage that has grown: of the next keys at most `limit`, and as many finished hours. Whether all of it is
    /// stored now.
    package func flushUsage(limit: Int, at now: Instant) throws(StoreFault) -> Bool {
        var flush = UsageFlush(mark: now)
        // A few keys under each hold of the registry's lock: verifications go on in between.
        var remaining = limit
        repeat {
            let slice = min(remaining, Self.flushSlice)
            let taken = registry.withState { $0.takeFlush(limit: slice, at: now) }
            flush.totals += taken.totals
            flush.hours += taken.hours
            flush.peers += taken.peers
            remaining = taken.hours.isEmpty ? 0 : remaining - slice
        } while remaining > 0
        flush.refusals = registry.withState { $0.refusals.take() }
        do {
            try write { [flush] () throws(StoreFault) in try store.flush(flush) }
        } catch {
            registry.withState { state in
                state.returnFlush(flush)
                state.refusals.giveBack(flush.refusals)
            }
            throw error
        }
        return registry.withState { state in
            state.noteFlush()
            return state.isAllUsageTaken
        }
    }
}
