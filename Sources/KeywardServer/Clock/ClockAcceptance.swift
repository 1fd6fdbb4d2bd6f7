@preconcurrency import Dispatch
import KeywardCore
import Synchronization

/// An operator's decision to trust the wall clock, whatever it shows.
final class ClockAcceptance: Sendable {
    private let clock: DaemonClock
    private let authority: Authority
    private let queue: MaintenanceQueue
    private let flusher: UsageFlusher
    /// Makes other parts forget instants of the earlier clock.
    private let clockWasSet: @Sendable () -> Void

    init(
        of clock: DaemonClock, _ authority: Authority, on queue: MaintenanceQueue, _ flusher: UsageFlusher,
        clockWasSet: @escaping @Sendable () -> Void
    ) {
        self.clock = clock
        self.authority = authority
        self.queue = queue
        self.flusher = flusher
        self.clockWasSet = clockWasSet
    }

    /// Trusts the wall clock, and returns the effects on the keys. Never call it on the maintenance queue.
    func accept(isConfirmed: Bool, by caller: Caller) throws(Refusal) -> ClockFacts {
        let outcome = Mutex<Result<ClockFacts, Refusal>>(.failure(.shuttingDown))
        let end = DispatchSemaphore(value: 0)
        queue.submit { [self] in
            let result: Result<ClockFacts, Refusal>
            do throws(Refusal) {
                result = .success(try acceptNow(isConfirmed, caller))
            } catch {
                result = .failure(error)
            }
            outcome.withLock { $0 = result }
            end.signal()
        }
        end.wait()
        return try outcome.withLock { $0 }.get()
    }

    private func acceptNow(_ isConfirmed: Bool, _ caller: Caller) throws(Refusal) -> ClockFacts {
        guard !queue.isClosed else { throw .shuttingDown }
        let guarded = clock.guarded
        let (state, unproven) = (guarded.check(), guarded.readings().unproven)
        // Read first, because the wall clock advances.
        let from = clock.now()
        let record = guarded.accepting()
        guard record.wall >= guarded.earliest else {
            throw .invalidClock(shows: record.wall)
        }
        guard state != .agrees || unproven.milliseconds > 0 else {
            return ClockFacts(from: from, to: from, unproven: unproven)
        }
        guard isConfirmed else {
            let facts = authority.clockFacts(from: from, to: record.wall, unproven: unproven)
            throw .confirmationRequired([ConfirmationCheck(facts, now: from)])
        }
        flusher.storeAll()
        let facts = authority.clockFacts(from: from, to: record.wall, unproven: unproven)
        try authority.acceptClock(record, facts, by: caller) { guarded.adopt(record) }
        clock.wasSet(by: record.wall - from)
        clockWasSet()
        return facts
    }
}
