@preconcurrency import Dispatch
import KeywardCore
import KeywardProtocol
import Synchronization

/// The clock that decides: it is stored as it is believed, and an operator has the last word on it.
extension Application {
    /// Tells when the wall clock is wrong, and when it is believed again; stores what a next start must know. The maintenance queue
    /// calls it.
    func checkClock() {
        let state = clock.check()
        keepClock()
        if sweeps.isNews(state, at: now()) { report(.clock(state)) }
    }

    /// Stores the clock as it is believed. What cannot be stored now is tried again with the next tick.
    func keepClock() {
        guard let record = clock.toStore() else { return }
        do throws(Refusal) {
            try authority.keepClock(record, at: now())
            clock.noteStored(record)
        } catch {}
    }

    /// Believes the wall clock, whatever it shows, and tells what that means for the keys. Never on the maintenance queue.
    func acceptClock(isConfirmed: Bool, by caller: Caller) throws(Refusal) -> ClockFacts {
        let outcome = Mutex<Result<ClockFacts, Refusal>>(.failure(.shuttingDown))
        let end = DispatchSemaphore(value: 0)
        submitOwn { [self] in
            let result: Result<ClockFacts, Refusal>
            do throws(Refusal) {
                result = .success(try acceptClockNow(isConfirmed, caller))
            } catch {
                result = .failure(error)
            }
            outcome.withLock { $0 = result }
            end.signal()
        }
        end.wait()
        return try outcome.withLock { $0 }.get()
    }

    private func acceptClockNow(_ isConfirmed: Bool, _ caller: Caller) throws(Refusal) -> ClockFacts {
        guard takesChanges else { throw .shuttingDown }
        let (state, unproven) = (clock.check(), clock.readings().unproven)
        // Read first: the wall clock goes on.
        let from = now()
        let record = clock.accepting()
        guard record.wall >= clock.earliest else {
            throw .invalidClock(shows: record.wall)
        }
        guard state != .agrees || unproven.milliseconds > 0 else {
            return ClockFacts(from: from, to: from, unproven: unproven)
        }
        guard isConfirmed else {
            let facts = authority.clockFacts(from: from, to: record.wall, unproven: unproven)
            throw .confirmationRequired([ConfirmationCheck(facts, now: from)])
        }
        storeAllUsage()
        let facts = authority.clockFacts(from: from, to: record.wall, unproven: unproven)
        try authority.acceptClock(record, facts, by: caller) { [clock] in clock.adopt(record) }
        clockWasSet(by: record.wall - from)
        return facts
    }

    /// What is remembered by instants of the clock as it was is remembered no more.
    private func clockWasSet(by span: Instant.Span) {
        sweeps.forgetTimes()
        unknownKeys.forgetTime()
        shiftStart(by: span)
        // The entry in the audit trail tells of it.
        _ = sweeps.isNews(clock.check(), at: now())
        rearmSweeps()
    }
}
