import KeywardCore
import KeywardProtocol
import Synchronization

/// The daemon's state, gathered from its parts: for its status, its metrics, and the service manager.
///
/// All of it is in memory: `system.ping` answers on an event loop.
package final class DaemonMonitor: Sendable {
    let identity: DaemonIdentity
    private let authority: Authority
    private let clock: DaemonClock
    private let keyRows: KeyRowMonitor
    private let callers: CallerLookup
    private let sweeps: SweepScheduler
    private let events: EventHub
    private let counters: DaemonCounters
    private let isDraining = Atomic(false)

    init(
        of identity: DaemonIdentity, _ authority: Authority, _ clock: DaemonClock, _ keyRows: KeyRowMonitor,
        _ callers: CallerLookup, _ sweeps: SweepScheduler, _ events: EventHub, _ counters: DaemonCounters
    ) {
        self.identity = identity
        self.authority = authority
        self.clock = clock
        self.keyRows = keyRows
        self.callers = callers
        self.sweeps = sweeps
        self.events = events
        self.counters = counters
    }

    /// Sets the state to `draining`.
    func noteDraining() { isDraining.store(true, ordering: .releasing) }

    var state: DaemonState {
        isDraining.load(ordering: .acquiring) ? .draining : authority.committer.canWrite ? .ready : .readOnly
    }

    /// When the daemon started, on the current decision clock.
    var startedAt: Instant { clock.startedAt }

    var connections: (admin: Int, verify: Int) {
        let (admin, verify) = counters.sockets
        return (admin.connections, verify.connections)
    }

    /// Verifications by outcome since the start.
    var verifications: VerificationTally { authority.registry.tally }

    /// The current facts about the daemon that determine the notices for an operator.
    var facts: DaemonFacts {
        DaemonFacts(
            store: authority.committer.storeHealth, bar: authority.committer.writeBar,
            hasLoss: authority.committer.hasUnacknowledgedLoss,
            damagedKeys: keyRows.damaged, missingOperatorGroup: callers.missingOperatorGroup,
            clock: clock.guarded.check(), unproven: clock.guarded.readings().unproven)
    }

    /// The status line for the service manager.
    package var statusLine: String {
        let (tally, (admin, verify)) = (verifications, connections)
        return StatusLine(
            liveKeys: authority.registry.liveCount, connections: admin + verify,
            verifications: Verdict.Code.allCases.reduce(0) { $0 + tally[$1] }, canWrite: authority.committer.canWrite,
            bar: authority.committer.writeBar
        ).text
    }

    /// The metrics, with the names of the caller's workspaces only.
    func metrics(for caller: Caller, at now: Instant) throws(Refusal) -> DaemonMetrics {
        let readings = clock.guarded.readings()
        return DaemonMetrics(
            version: identity.version, startedAt: startedAt, keys: authority.statusCounts(at: now),
            verifications: verifications, limitRefusals: try authority.limitRefusals(for: caller),
            sockets: counters.sockets, subscribers: events.listeners,
            cutOffs: events.cutOffs, runs: Sweep.allCases.map(lastRun),
            unflushedKeys: authority.registry.unstoredCount, canWrite: authority.committer.canWrite,
            counts: counters.counts, entriesLeftOut: counters.entriesLeftOut, clock: clock.guarded.check(),
            clockLead: readings.lead, markAhead: readings.markAhead, unproven: readings.unproven)
    }

    private func lastRun(of sweep: Sweep) -> DaemonMetrics.Run {
        let state = sweeps.state(of: sweep)
        return DaemonMetrics.Run(
            sweep: sweep, at: state.lastReport?.at, span: state.lastSpan,
            heldKeys: state.lastReport?.held?.count ?? 0)
    }
}
