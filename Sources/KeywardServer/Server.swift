internal import KeywardBase
package import KeywardCore
import KeywardProtocol

/// The composition of this target: it builds, starts and ends the parts in order. It decides nothing.
///
/// Each part gets only the parts that it needs. Dependencies between their folders go one way, which
/// `Tests/RepositoryTests/FolderArrowTests.swift` tests; only this file may name every folder.
package final class Server: Sendable {
    package let authority: Authority
    package let counters: DaemonCounters
    package let callers: CallerLookup
    package let monitor: DaemonMonitor
    package let configuration: Reconfiguration
    /// The services for a socket.
    package let services: CallServices
    let queue: MaintenanceQueue
    let flusher: UsageFlusher
    private let canaries: CanaryAlarm
    let everySecond: PeriodicMaintenance
    let sweeps: SweepScheduler
    private let storeHealth: StoreHealthMonitor
    private let events: EventHub
    private let report: @Sendable (DaemonEvent) -> Void

    package init(
        authority: Authority, version: String, startedAt: Instant, pid: Int32, ownUser: UInt32,
        backups: any BackupFolder, generator: any RandomNumberGenerator & Sendable, events: EventHub,
        counters: DaemonCounters = DaemonCounters(), pepperLocation: PepperLocation = .file("pepper"),
        now: @escaping @Sendable () -> Instant, monotonic: @escaping @Sendable () -> Int64 = MonotonicClock.now,
        clock guarded: ClockGuard, movedFile: @escaping @Sendable () -> WriteBar? = { nil },
        report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        (self.authority, self.counters, self.events, self.report) = (authority, counters, events, report)
        queue = MaintenanceQueue()
        let (gate, facts) = (ReadGate(), authority.committer.factSource)
        let reads = ReadQueue(gate, ownUser: ownUser)
        let lookups = FactLookups(now: monotonic) { (question) throws(StoreFault) in
            try gate.look(up: question, in: facts)
        }
        let changes = ChangeService(
            authority, lookups: lookups, now: now, monotonic: monotonic, isOpen: { [queue] in !queue.isClosed })
        storeHealth = StoreHealthMonitor(authority, movedFile: movedFile, report: report)
        flusher = UsageFlusher(authority, on: queue, storeHealth, counters, now: now)
        let keyRows = KeyRowMonitor(authority, now: now, report: report)
        let unknownKeys = UnknownKeys()
        canaries = CanaryAlarm(authority, on: queue, now: now)
        everySecond = PeriodicMaintenance(
            on: queue, flusher, storeHealth, keyRows,
            UnknownKeyReporter(unknownKeys, accounts: authority.accounts, reads: reads, now: now, report: report),
            VerifierNames(authority, reads: reads, report: report), canaries)
        let clock = DaemonClock(guarded, now: now, startedAt: startedAt, authority, report: report)
        sweeps = SweepScheduler(authority, clock, on: queue, report: report)
        configuration = Reconfiguration(authority, on: queue)
        callers = CallerLookup(authority, ownUser: ownUser, reads: reads, report: report)
        monitor = DaemonMonitor(
            of: DaemonIdentity(version: version, pid: pid, pepperLocation: pepperLocation), authority, clock, keyRows,
            callers, sweeps, events, counters)
        let acceptance = ClockAcceptance(of: clock, authority, on: queue, flusher) { [sweeps] in
            unknownKeys.forgetTime()
            sweeps.clockWasSet()
        }
        let parts = DaemonParts(
            monitor: monitor, sweeps: sweeps, clock: acceptance, events: events, configuration: configuration,
            backups: BackupWriter(to: backups, of: authority, flusher),
            verification: VerificationServices(authority, now: now, unknownKeys, flusher, canaries),
            canaries: canaries,
            discovery: OpenRPC.document(version: version))
        services = CallServices(
            authority, now: now, generator: generator, callers, reads, changes, parts, report: report)
        events.begin(after: authority.committer.newestEntry, as: authority.daemon, report: report)
        connect()
    }

    /// Connects parts to parts that were created later. The references are weak, because those refer back.
    private func connect() {
        queue.whenJobEnds { [storeHealth, weak sweeps] in
            storeHealth.noteHealth()
            sweeps?.noteDue()
        }
        // A client that reads a reply may rely on what it has shown about the store.
        services.changes.whenGroupEnds { [storeHealth, weak sweeps] in
            storeHealth.noteHealth()
            sweeps?.groupEnded()
        }
        configuration.whenPolicyIsAdopted { [weak sweeps] in sweeps?.rearm() }
    }

    /// Starts to store usage and to sweep.
    ///
    /// - Parameters:
    ///   - reload: implements `system.reload`.
    ///   - sockets: returns the counters of each socket.
    package func run(
        reload: (@Sendable () -> ReloadOutcome)? = nil, sockets: @escaping DaemonCounters.Sockets
    ) {
        counters.countSockets(sockets)
        configuration.reloads(by: reload)
        if let bar = authority.committer.writeBar { report(.barred(bar)) }
        everySecond.start()
        sweeps.start()
    }

    /// The liveness checks of the queues for changes and sweeps.
    package var queueParts: [LivenessCheck.Part] { [queue.part, services.changes.part] }

    /// Ends all connections of both servers in order, after `within` milliseconds at the latest.
    ///
    /// Subscribers are the last. First every received call is answered; then nothing changes any more. Then the events
    /// of all changes are sent, and after them the end.
    package func drain(admin: SocketServer, verify: SocketServer, within: Int64) {
        monitor.noteDraining()
        admin.beginDrain(within: within)
        verify.beginDrain(within: within)
        admin.waitUntilAnswered()
        verify.waitUntilAnswered()
        endChanges()
        // Whether a subscriber may receive an event is looked up, which may take time: nothing here waits for that.
        events.flush { [admin] in admin.endPushes() }
        admin.waitUntilDrained()
        verify.waitUntilDrained()
    }

    /// Makes the last changes: changes that still wait after them are refused.
    private func endChanges() {
        services.changes.waitUntilIdle()
        queue.close {
            everySecond.stop()
            sweeps.stop()
            flusher.storeFirstUses()
            canaries.storeAll()
            storeHealth.noteHealth()
        }
        services.changes.waitUntilIdle()
    }

    /// Ends all changes, unless that is done, and all reads, and stores all usage, after the last connection has ended.
    /// `progress` is called while there is more to store, or a read has not ended.
    package func finish(progress: () -> Void = {}) {
        if !queue.isClosed { endChanges() }
        services.reads.close(progress: progress)
        queue.perform {
            flusher.storeRest(progress: progress)
            storeHealth.noteHealth()
        }
    }
}
