internal import Glibc
internal import KeywardBase
internal import KeywardCore
internal import KeywardServer
internal import KeywardStore
internal import KeywardSystemd
internal import Logging

/// The assembled daemon: state folder, store, authority, server, sockets.
struct Daemon {
    let arguments: DaemonArguments
    let log: EventLog
    private let configuration: ConfigurationInForce
    private let lock: LockFile
    private let store: SQLiteStore
    private let files: StateFiles
    private let server: Server
    private let clock: SystemClock
    private let heartbeat: Heartbeat
    private let admin: SocketServer
    private let verify: SocketServer

    /// How long connections may take to read their last replies, in milliseconds.
    private static let drainTime: Int64 = 3_500

    /// Starts everything. Both sockets listen before either answers.
    init(_ arguments: DaemonArguments, _ configuration: Configuration, log: EventLog) throws(StartFault) {
        self.arguments = arguments
        self.log = log
        let time = StartTime()
        try DescriptorReserve.check()
        let folder = try StateFolder(path: arguments.stateFolder)
        try folder.checkKinds()
        lock = try LockFile(in: folder)
        let sockets = try Sockets.Pair(runFolder: arguments.runFolder)
        time.begin("Opening the database", patience: StartTime.migrationPatience)
        let facts = try Self.facts(of: folder, runtimeFolder: Self.runtimeFolder(arguments))
        if case .refuse(let fault) = facts.decision { throw fault }
        store = try Self.openStore(folder)
        files = try StateFiles(in: folder, facts)
        time.begin("Loading keys", patience: StartTime.loadingPatience)
        (server, clock) = try Self.makeServer(
            arguments, files, store, configuration.policy, log, time)
        // Loading needed memory that nothing else will.
        store.releaseMemory()
        Allocator.returnUnusedMemory()

        let loops = configuration.verifyLoops ?? min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        (admin, verify) = try sockets.serve(server.services, configuration, verifyLoops: loops)
        let (adminServer, verifyServer) = (admin, verify)
        let inForce = ConfigurationInForce(
            configuration, file: arguments.configurationFile, server: server, clock: clock,
            sockets: (admin, verify), log: log, checksOperatorGroup: arguments.runFolder == nil)
        self.configuration = inForce
        server.run(reload: inForce.reload) { (adminServer.counters, verifyServer.counters) }
        heartbeat = Heartbeat(
            admin.parts + verify.parts + server.queueParts, log: log, watchdog: Notify.watchdogInterval
        ) { [server] in
            server.monitor.statusLine
        }
    }

    /// Reports to the service manager that keys are verified, and starts the watchdog notices.
    func announce() {
        let keys = server.authority.registry.liveCount
        log.write(
            .daemonReady, "keywardd \(daemonVersion) is ready.", ["version": "\(daemonVersion)", "keys": "\(keys)"])
        Notify.ready(status: server.monitor.statusLine)
        heartbeat.start()
        checkOperatorGroup()
    }

    /// A private daemon's sockets are only for its own user and root, so it needs no group.
    private func checkOperatorGroup() {
        if arguments.runFolder == nil { server.callers.checkOperatorGroup() }
    }

    /// Applies a changed configuration, or reports why the old one stays in force.
    func reload() {
        configuration.reload()
    }

    /// Delivers pending replies, stores everything, and stops.
    ///
    /// - Throws: if the last writes may not be on disk.
    func stop() throws(StartFault) {
        heartbeat.stop()
        // Both first: a connection accepted now would be closed at once.
        admin.stopAccepting()
        verify.stopAccepting()
        Notify.stopping(status: "Stopping: delivering replies")
        server.drain(admin: admin, verify: verify, within: Self.drainTime)
        server.finish { Notify.extendTimeout(by: .seconds(30)) }
        try? files.auditHead.synchronize()
        defer { lock.release() }
        do {
            try store.close()
        } catch .damaged(let reason) {
            throw StartFault(StoreOpenError.damaged(reason))
        } catch .failed(let reason) {
            throw StartFault(
                problem: "The database could not be closed (\(reason)).",
                remedy: "Check the disk and the log of the kernel.", status: .system)
        } catch {
            // On a full disk the changes stay in the write-ahead log, which is durable.
        }
        log.write(.daemonStopped, "Stopped.")
        log.flush()
    }

    /// The state that the start finds, when no other process has the database.
    private static func facts(of folder: StateFolder, runtimeFolder: String?) throws(StartFault) -> StateFacts {
        try folder.checkThatNobodyHasTheDatabase()
        return try StateFacts(of: folder, runtimeFolder: runtimeFolder)
    }

    /// The folder of the usage ledger: systemd's RuntimeDirectory=, otherwise the folder of the sockets.
    private static func runtimeFolder(_ arguments: DaemonArguments) -> String? {
        environment("RUNTIME_DIRECTORY") ?? arguments.runFolder
    }

    private static func openStore(_ folder: StateFolder) throws(StartFault) -> SQLiteStore {
        var generator = SystemRandomNumberGenerator()
        do {
            return try SQLiteStore(path: folder.file("keyward.db"), randomness: &generator)
        } catch {
            throw StartFault(error)
        }
    }

    private static func makeServer(
        _ arguments: DaemonArguments, _ files: StateFiles, _ store: SQLiteStore, _ policy: Policy, _ log: EventLog,
        _ time: StartTime
    ) throws(StartFault) -> (Server, SystemClock) {
        let state = try files.load(from: store, log)
        let secrets = try PepperFile.load(
            in: files.folder, credentials: environment("CREDENTIALS_DIRECTORY"),
            databaseHasKeys: state.lastKeyNumber > 0 || !state.peppers.isEmpty)
        let clock = SystemClock(mark: state.mark, stored: state.clock, bound: policy.clockBound)
        let accounts = SystemAccounts(monotonic: SystemClock.monotonic)
        let ledger = UsageLedgerFile.open(
            inFolder: runtimeFolder(arguments), for: state, log: log)
        let allowanceLedger = AllowanceLedgerFile.open(
            inFolder: runtimeFolder(arguments), for: state, boot: BootIdentity.current, log: log)
        let hub = EventHub()
        let counters = DaemonCounters()
        counters.noteConfiguration(isGood: true, at: clock.now())
        counters.countLog { [log] in (throttled: log.loss.throttled, dropped: log.loss.dropped) }
        let parts = AuthorityParts(
            store: store, peppers: PepperSet(secrets), policy: policy, accounts: accounts,
            headStorage: WatchedAuditHead(files.auditHead, log: log),
            daemon: Actor(uid: geteuid(), user: accounts.userName(of: geteuid())), ledger: ledger,
            allowanceLedger: allowanceLedger, renderer: VerdictText.renderer, renderDetails: AuditDetails.render,
            nanoseconds: MonotonicClock.nanoseconds, bootTime: { SystemClock.bootTime().milliseconds },
            onAudit: { entry in
                counters.count(entry)
                log.write(.audit(entry))
                hub.publish(.audit(entry))
            })
        do throws(AuthorityFault) {
            let authority = try Authority.start(
                parts, state: state, at: clock.now(), progress: time.loaded)
            let server = Server(
                authority: authority, version: daemonVersion, startedAt: clock.now(), pid: getpid(),
                ownUser: geteuid(), backups: files.backups,
                generator: SystemRandomNumberGenerator(), events: hub, counters: counters,
                pepperLocation: PepperFile.place(in: files.folder, credentials: environment("CREDENTIALS_DIRECTORY")),
                now: clock.now, clock: clock.guarded, movedFile: files.watch.check,
                report: { event in
                    log.write(event)
                    hub.publish(event)
                    // Memory may no longer match the disk: exit, and load it again.
                    if case .storeFault = event {
                        log.flush()
                        exit(ExitStatus.system.rawValue)
                    }
                })
            return (server, clock)
        } catch {
            throw StartFault(error)
        }
    }

    /// Detected by the variables of sd_listen_fds(3), which are removed later, or of systemd.exec(5).
    static var isStartedByServiceManager: Bool {
        environment("LISTEN_FDS") != nil || environment("INVOCATION_ID") != nil
    }

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

extension PepperSet {
    init(_ secrets: PepperSecrets) {
        self.init(
            current: Pepper(bytes: secrets.current.secretBytes),
            retired: secrets.retired.map { Pepper(bytes: $0.secretBytes) },
            removed: secrets.auditKeys.compactMap { AuditKey(bytes: $0) })
    }
}

extension StartFault {
    init(_ fault: StoreFault) {
        switch fault {
        case .cannotWrite(let reason):
            self.init(
                problem: "The database cannot be written (\(reason)).",
                remedy: "Make room on its file system and start again.", status: .system)
        case .exists:
            self.init(problem: "The database is there already.", remedy: "Start again.", status: .system)
        case .failed(let reason):
            self.init(
                problem: "The database cannot be read (\(reason)).",
                remedy: "Check the disk and the log of the kernel.", status: .system)
        case .damaged(let reason): self.init(StoreOpenError.damaged(reason))
        }
    }

    init(_ fault: AuthorityFault) {
        switch fault {
        case .pepperMissing:
            self = .configuration(
                "This is not the pepper that the stored keys were made with; none of them would verify.",
                "Restore the right one from your backup. To change peppers, put the new one on the first line of the "
                    + "file and keep the old one below it.")
        case .pepperStillNeeded:
            self = .configuration(
                "A pepper was removed that keys still need; they would not verify.",
                "Restore the file with the pepper from your backup. Remove it when keyward pepper status shows 0 keys.")
        case .plansMissing(let plans):
            self = .configuration(Self.missingPlans(plans), "Put them back into the configuration's plans.")
        case .store(let fault): self.init(fault)
        }
    }

    init(_ error: StoreOpenError) {
        let mayPass =
            switch error {
            case .cannotWrite, .inUse, .exhausted, .failed: true
            case .system(_, let code): StartFault.mayPass(code)
            case .newer, .foreign, .notADatabase, .damaged, .unsafeFolder: false
            }
        self.init(problem: "\(error)", remedy: "", status: mayPass ? .system : .configuration)
    }

    static func missingPlans(_ plans: [String]) -> String {
        "Workspaces have plans that the catalogue lacks: \(plans.joined(separator: ", "))."
    }
}
