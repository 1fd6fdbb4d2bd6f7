@preconcurrency import Dispatch
package import KeywardCore
import KeywardProtocol
import Synchronization

/// What every connection shares: the authority, the time that decides, and the queues that work is handed to.
package final class Application: Sendable {
    package let authority: Authority
    /// The daemon's version, for `system.status`.
    let version: String
    /// What `rpc.discover` answers, made once.
    let discovery: JSONText
    /// When the daemon started, by the clock that decides now.
    var startedAt: Instant { started.withLock { $0 } }
    private let started: Mutex<Instant>
    let pid: Int32
    /// The uid that the daemon runs as: one of the operators.
    let ownUser: UInt32
    /// Where the pepper was found.
    let pepperLocation: PepperLocation
    /// Where `system.backup` writes.
    let backups: any BackupFolder
    /// The instant that decides now.
    let now: @Sendable () -> Instant
    /// The system's CSPRNG.
    let generator: any RandomNumberGenerator & Sendable
    /// What is known of the wall clock.
    let clock: ClockGuard
    /// Told of what an operator should know.
    let report: @Sendable (DaemonEvent) -> Void
    /// Tells those who subscribed.
    let events: EventHub
    package let counters: DaemonCounters
    let unknownKeys = UnknownKeys()
    /// How far the look at what is stored of keys has come, and what it found.
    let keyRows = Mutex(KeyRowWatch())
    let operatorGroup = OperatorGroup()
    // Work of this class runs at nice 10 on Linux: where cores are short, the event loops have them first.
    private let maintenance = DispatchQueue(label: "keyward.maintenance", qos: .background)
    let changes: ChangeService
    let reads: ReadQueue
    /// What all connections hold that is not sent yet.
    var outputs: OutputShares { reads.outputs }
    private let flusher: UsageFlusher
    private let storeHealth: StoreHealthMonitor
    private let everySecond: DispatchSourceTimer
    let sweeps: SweepTimers
    private let servers = Mutex<Servers>(Servers())

    private struct Servers: Sendable {
        var isDraining = false
        var hasFinished = false
        var counters: @Sendable () -> (admin: SocketCounters, verify: SocketCounters) = {
            (SocketCounters(), SocketCounters())
        }
        var reload: (@Sendable () -> ReloadOutcome)?
    }

    /// How often usage is stored, in milliseconds.
    package static let flushInterval = 1_000

    package init(
        authority: Authority, version: String, startedAt: Instant, pid: Int32, ownUser: UInt32,
        backups: any BackupFolder, generator: any RandomNumberGenerator & Sendable, events: EventHub,
        counters: DaemonCounters = DaemonCounters(), pepperLocation: PepperLocation = .file("pepper"),
        now: @escaping @Sendable () -> Instant, monotonic: @escaping @Sendable () -> Int64 = MonotonicClock.now,
        clock: ClockGuard,
        movedFile: @escaping @Sendable () -> WriteBar? = { nil },
        report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.authority = authority
        self.version = version
        discovery = OpenRPC.document(version: version)
        started = Mutex(startedAt)
        self.pid = pid
        self.ownUser = ownUser
        self.backups = backups
        self.pepperLocation = pepperLocation
        self.generator = generator
        self.counters = counters
        self.now = now
        self.clock = clock
        self.report = report
        flusher = UsageFlusher(authority, counters, now: now)
        storeHealth = StoreHealthMonitor(authority, movedFile: movedFile, report: report)
        sweeps = SweepTimers(queue: maintenance)
        let (gate, facts) = (ReadGate(), authority.committer.factSource)
        reads = ReadQueue(gate, ownUser: ownUser)
        let lookups = FactLookups(now: monotonic) { (question) throws(StoreFault) in
            try gate.look(up: question, in: facts)
        }
        changes = ChangeService(authority, lookups: lookups, now: now, monotonic: monotonic)
        self.events = events
        events.begin(after: authority.committer.newestEntry, as: authority.daemon, report: report)
        everySecond = DispatchSource.makeTimerSource(queue: maintenance)
        // A source that was never active must not be let go, as happens when a later step of the start fails; of one
        // without a handler Dispatch complains in the journal.
        everySecond.setEventHandler {}
        everySecond.activate()
        changes.whenGroupEnds { [weak self] in self?.groupEnded() }
    }

    /// Begins to store usage as it grows, and to sweep.
    ///
    /// - Parameters:
    ///   - reload: does what `system.reload` asks for.
    ///   - sockets: tells what each socket counts.
    package func run(
        reload: (@Sendable () -> ReloadOutcome)? = nil,
        sockets: @escaping @Sendable () -> (admin: SocketCounters, verify: SocketCounters)
    ) {
        servers.withLock { ($0.counters, $0.reload) = (sockets, reload) }
        if let bar = authority.committer.writeBar { report(.barred(bar)) }
        everySecond.setEventHandler { [self] in flush() }
        everySecond.schedule(
            deadline: .now() + .milliseconds(Self.flushInterval), repeating: .milliseconds(Self.flushInterval),
            leeway: .milliseconds(50))
        startSweeps()
    }

    /// Puts another policy in force between two changes, unless it lacks plans that workspaces have: those are returned.
    package func adopt(_ policy: Policy) -> [String] {
        maintenance.sync {
            let missing = authority.directory.plansMissing(from: policy)
            guard missing.isEmpty else { return missing }
            if authority.committer.adopt(policy) { rearmSweeps() }
            return missing
        }
    }

    /// The clock that decides was set by `span`.
    func shiftStart(by span: Instant.Span) {
        started.withLock { $0 = $0 + span }
    }

    /// From here on `system.ping` says so.
    package func beginDraining() {
        servers.withLock { $0.isDraining = true }
    }

    /// What changes and sweeps run on, to be asked for signs of life.
    package var queueParts: [LivenessCheck.Part] {
        [
            LivenessCheck.Part("maintenance") { [maintenance] answer in maintenance.async(execute: answer) },
            changes.part,
        ]
    }

    /// Makes the last changes: what still waits for its queue behind them is refused.
    package func endChanges() {
        changes.waitUntilIdle()
        maintenance.sync {
            everySecond.cancel()
            cancelSweeps()
            flusher.storeFirstUses()
            storeHealth.noteHealth()
            servers.withLock { $0.hasFinished = true }
        }
        changes.waitUntilIdle()
    }

    /// Ends all changes, if that was not done yet, and all reads, and stores all usage, once no connection is left.
    /// `progress` is called as long as there is more to store, or a read has not ended yet.
    package func finish(progress: () -> Void = {}) {
        if takesChanges { endChanges() }
        reads.close(progress: progress)
        maintenance.sync {
            flusher.storeRest(progress: progress)
            storeHealth.noteHealth()
        }
    }

    var state: DaemonState {
        servers.withLock { $0.isDraining } ? .draining : authority.committer.canWrite ? .ready : .readOnly
    }

    /// Whether changes are still made; not once the store is about to be closed.
    var takesChanges: Bool { servers.withLock { !$0.hasFinished } }

    var sockets: (admin: SocketCounters, verify: SocketCounters) { servers.withLock { $0.counters }() }

    /// Reads the configuration again; `nil` before the daemon runs.
    func reload() -> ReloadOutcome? { servers.withLock { $0.reload }?() }

    var connections: (admin: Int, verify: Int) {
        let (admin, verify) = sockets
        return (admin.connections, verify.connections)
    }

    /// Whether a long read is to go on; it asks between its steps. Not once the daemon ends: nobody waits for it then.
    var readsGoOn: Bool { !reads.isClosed }

    /// Runs `job` of an account where reads run, when it has its turn.
    func read(of user: UInt32, _ job: @escaping @Sendable () -> Void) {
        // One that comes too late will see that reads are to end, and leaves the store alone.
        reads.add(of: user, job)
    }

    /// A group of changes is over. Whoever reads a reply may go by what it has shown of the store.
    private func groupEnded() {
        storeHealth.noteHealth()
        if isExpiryDueSooner { maintenance.async { [self] in noteDue() } }
    }

    /// Runs what the daemon does by itself: one job after another, after a `pause` perhaps.
    func submitOwn(after pause: DispatchTimeInterval? = nil, _ job: @escaping @Sendable () -> Void) {
        let run = { @Sendable [self] in
            job()
            storeHealth.noteHealth()
            noteDue()
        }
        if let pause {
            maintenance.asyncAfter(deadline: .now() + pause, execute: run)
        } else {
            maintenance.async(execute: run)
        }
    }

    /// Has the first uses of successors stored soon.
    func noteFirstUses() {
        submitOwn { [self] in
            if takesChanges { flusher.storeFirstUses() }
        }
    }

    /// Does what is done each second; the maintenance queue calls it.
    func flush() {
        guard takesChanges else { return }
        storeHealth.watchFiles()
        flusher.storeFirstUses()
        flusher.storeShareOfSecond()
        watchKeyRows()
        storeHealth.noteHealth()
        reportUnknown(of: unknownKeys.take(at: now()))
    }

    /// Names the accounts, which may have to wait for the name services.
    private func reportUnknown(of unknownKeys: [UnknownKeys.Share]) {
        guard !unknownKeys.isEmpty else { return }
        reads.runBeside { [self] in
            for var share in unknownKeys {
                share.user = authority.accounts.currentUserName(of: share.uid)
                report(.unknownKeys(share))
            }
        }
    }

    /// Stores what was counted until now, as far as the store can be written. Changes come between.
    func storeUsageSoFar() {
        let end = flusher.endOfAll
        func step() -> Bool {
            defer { storeHealth.noteHealth() }
            return takesChanges && flusher.storeSome(before: end)
        }
        while maintenance.sync(execute: step) {}
    }

    /// Stores what was counted until now; the maintenance queue calls it.
    func storeAllUsage() { flusher.storeAll() }
}

/// Where copies of the database go.
package protocol BackupFolder: Sendable {
    /// Has `copy` write a file at a path that it is given, and calls it `name` when it is whole and durable. What it
    /// reads of the file, it reads as long as `goesOn`.
    ///
    /// - Returns: where the file is, its size in bytes, and its SHA-256 in hexadecimal digits.
    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String)
}
