@preconcurrency import Dispatch
import KeywardCore
import Synchronization

/// Passes changes from the event loops to the commit thread, and their outcomes back.
///
/// Facts about accounts are gathered first, without delaying other changes. Then the change waits in the authority's
/// commit queue, which one thread processes. A change that waits for longer than ``patience`` is refused, but one that
/// is being written gets its outcome.
final class ChangeService: Sendable {
    /// How long a change waits for the name service and for the store, in milliseconds.
    static let patience: Int64 = 5_000
    private static let tick = DispatchTimeInterval.milliseconds(250)

    private let authority: Authority
    private let lookups: FactLookups
    private let now: @Sendable () -> Instant
    /// The clock of deadlines, in milliseconds.
    private let monotonic: @Sendable () -> Int64
    /// Whether changes are still possible.
    private let isOpen: @Sendable () -> Bool
    /// Called when a group of changes has ended, before its callers are answered.
    private let groupEnded = Callback()
    /// The commit thread. Where it shares a core with an event loop that is busy, it gets a thirtieth of the core
    /// (sched(7)), so that verifications rarely wait for a group of changes.
    private let commits = WorkThread("keyward.commit", nice: 15)
    private let deadlines = DispatchQueue(label: "keyward.deadlines", qos: .background)
    private let underWay = DispatchGroup()
    private let count = Mutex((changes: 0, isTicking: false))

    init(
        _ authority: Authority, lookups: FactLookups, now: @escaping @Sendable () -> Instant,
        monotonic: @escaping @Sendable () -> Int64, isOpen: @escaping @Sendable () -> Bool
    ) {
        self.authority = authority
        self.lookups = lookups
        self.now = now
        self.monotonic = monotonic
        self.isOpen = isOpen
    }

    /// Sets `body` to be called when a group of changes has ended, before its callers are answered.
    func whenGroupEnds(_ body: @escaping @Sendable () -> Void) { groupEnded.set(body) }

    /// The commit thread's part of the liveness check.
    var part: LivenessCheck.Part { LivenessCheck.Part("commit") { [commits] answer in commits.async(answer) } }

    /// Makes a change for the peer of a connection.
    ///
    /// - Parameter ended: called once, with the outcome and the gathered facts. A change that it makes belongs to the
    ///   same call: a stop waits for both.
    func make<Op: Operation>(
        _ operation: Op, by peer: PeerCredentials,
        ended: @escaping @Sendable (Result<Op.Outcome, Refusal>, DecisionFacts) -> Void
    ) {
        begin()
        let (facts, deadline) = (DecisionFacts(), monotonic() + Self.patience)
        // Called after the change counts as running: a stop waits for running changes.
        guard isOpen() else {
            ended(.failure(.shuttingDown), facts)
            return end()
        }
        let questions = authority.committer.questions(of: operation, by: .peer(peer))
        gather(questions, for: operation, by: peer, facts, deadline) { [self] result in
            ended(result, facts)
            end()
        }
    }

    private func gather<Op: Operation>(
        _ questions: Set<FactQuestion>, for operation: Op, by peer: PeerCredentials, _ facts: DecisionFacts,
        _ deadline: Int64, ended: @escaping @Sendable (Result<Op.Outcome, Refusal>) -> Void
    ) {
        lookups.gather(questions, into: facts, for: peer.uid, deadline: deadline) { [self] outcome in
            switch outcome {
            case .gathered: enqueue(operation, by: peer, facts, deadline, ended: ended)
            case .failed(let fault): ended(.failure(Refusal(fault)))
            case .timedOut: ended(.failure(.timedOut(.nameService)))
            }
        }
    }

    private func enqueue<Op: Operation>(
        _ operation: Op, by peer: PeerCredentials, _ facts: DecisionFacts, _ deadline: Int64,
        ended: @escaping @Sendable (Result<Op.Outcome, Refusal>) -> Void
    ) {
        authority.committer.enqueue(operation, by: .peer(peer), at: now, facts: facts, deadline: deadline) {
            [self] answer in
            switch answer {
            case .done(let outcome): ended(.success(outcome))
            case .refused(let refusal): ended(.failure(refusal))
            case .needs(let questions): gather(questions, for: operation, by: peer, facts, deadline, ended: ended)
            }
        }
        // A commit that finds the queue empty, because an earlier one has taken all, costs almost nothing.
        commits.async { [self] in authority.committer.commit(beforeAnswers: { groupEnded() }) }
    }

    /// Gathers the facts that a reply names, as far as they come in time; then calls `ended`.
    func lookUp(
        _ questions: Set<FactQuestion>, into facts: DecisionFacts, for user: UInt32,
        ended: @escaping @Sendable () -> Void
    ) {
        begin()
        lookups.gather(questions, into: facts, for: user, deadline: monotonic() + Self.patience) {
            [self] _ in
            ended()
            end()
        }
    }

    // MARK: Running changes

    /// The number of changes that have begun and are not answered.
    var countUnderWay: Int { count.withLock { $0.changes } }

    /// Waits until every change that has begun is answered.
    func waitUntilIdle() { underWay.wait() }

    private func begin() {
        underWay.enter()
        let isFirst = count.withLock { count in
            count.changes += 1
            defer { count.isTicking = true }
            return !count.isTicking
        }
        if isFirst { tick() }
    }

    private func end() {
        count.withLock { $0.changes -= 1 }
        underWay.leave()
    }

    /// Expires changes periodically, while there is any change.
    private func tick() {
        deadlines.asyncAfter(deadline: .now() + Self.tick) { [self] in
            lookups.expire()
            authority.committer.expireChanges(at: monotonic())
            let goesOn = count.withLock { count in
                count.isTicking = count.changes > 0
                return count.isTicking
            }
            if goesOn { tick() }
        }
    }
}
