extension Authority {
    /// How many keys' usage is taken under one hold of the ring's lock.
    private static let flushSlice = 64

    /// Looks whether what is stored of some keys is as it was written; see ``KeyStore/checkKeys(after:limit:)``.
    package func checkKeys(after number: Int64, limit: Int) throws(StoreFault) -> KeyCheck {
        if case .failed(let fault) = storeHealth { throw fault }
        return try store.checkKeys(after: number, limit: limit)
    }

    /// How many keys' usage is to be stored in the second that begins; to be asked once in each.
    package func usageDueThisSecond() -> Int { ring.withState { $0.shareOfSecond() } }

    /// As of when all usage is stored; `nil` before all of it was stored once.
    package var usageStoredAsOf: Instant? { ring.withState { $0.usageStoredAsOf } }

    /// How many rounds of storing usage have ended: when two more have, all that was counted before is stored, unless
    /// it was given back meanwhile.
    package var usageRounds: Int { ring.withState { $0.usageRounds } }

    /// Writes usage that has grown: of the next keys at most `limit`, and as many finished hours. Whether all of it is
    /// stored now.
    package func flushUsage(limit: Int, at now: Instant) throws(StoreFault) -> Bool {
        var flush = UsageFlush(mark: now)
        // A few keys under each hold of the ring's lock: verifications go on in between.
        var room = limit
        repeat {
            let slice = min(room, Self.flushSlice)
            let taken = ring.withState { $0.takeFlush(limit: slice, at: now) }
            flush.totals += taken.totals
            flush.hours += taken.hours
            flush.peers += taken.peers
            room = taken.hours.isEmpty ? 0 : room - slice
        } while room > 0
        flush.refusals = ring.withState { $0.refusals.take() }
        do {
            try write { [flush] () throws(StoreFault) in try store.flush(flush) }
        } catch {
            ring.withState { state in
                state.returnFlush(flush)
                state.refusals.giveBack(flush.refusals)
            }
            throw error
        }
        return ring.withState { state in
            state.noteFlush()
            return state.isAllUsageTaken
        }
    }
}
