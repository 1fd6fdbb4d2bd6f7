internal import Glibc
internal import KeywardCore
internal import KeywardServer
internal import KeywardStore
internal import KeywardSystemd
internal import Logging

/// The daemon, put together: state folder, store, authority, application, sockets.
struct Daemon {
    let arguments: DaemonArguments
    let log: EventLog
    private let lock: LockFile
    private let store: SQLiteStore
    private let headFile: AuditHeadFile
    private let application: Application
    private let admin: SocketServer
    private let verify: SocketServer

    /// How long connections have to take their last replies, in milliseconds.
    private static let drainTime: Int64 = 4_000

    /// Starts everything; both sockets listen before either answers.
    init(_ arguments: DaemonArguments, _ configuration: Configuration, log: EventLog) throws(StartFault) {
        self.arguments = arguments
        self.log = log
        let folder = try StateFolder(path: arguments.stateFolder)
        lock = try LockFile(inFolder: folder.path)
        let sockets = try Sockets.Pair(runFolder: arguments.runFolder)
        store = try Self.openStore(folder)
        headFile = try AuditHeadFile(in: folder)
        application = try Self.makeApplication(folder, store, headFile, configuration.policy, log)

        let loops = configuration.verifyLoops ?? min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        (admin, verify) = try sockets.serve(application, configuration, verifyLoops: loops)
        let (adminServer, verifyServer) = (admin, verify)
        application.run { (adminServer.connections, verifyServer.connections) }
    }

    /// Puts a changed configuration in force, or says why the old one stays.
    func reload() {
        Notify.reloading()
        defer { Notify.ready(status: "Ready") }
        do {
            let configuration = try ConfigurationFile.read(arguments.configurationFile)
            let missing = application.adopt(configuration.policy)
            guard missing.isEmpty else {
                log.logger.error("The configuration was not read anew: \(StartFault.missingPlans(missing))")
                return
            }
            log.logger.notice("The configuration was read anew; limits of sockets hold from the next start.")
        } catch {
            log.logger.error("The configuration was not read anew: \(error)")
        }
    }

    /// Delivers the replies that are under way, stores what is to be stored, and ends.
    func stop() {
        Notify.stopping(status: "Stopping")
        application.beginDraining()
        admin.beginDrain(within: Self.drainTime)
        verify.beginDrain(within: Self.drainTime)
        admin.waitUntilDrained()
        verify.waitUntilDrained()
        application.finish()
        try? headFile.synchronize()
        try? store.close()
        lock.release()
        log.logger.notice("Stopped.", metadata: ["event": "daemon.stopped"])
    }

    private static func openStore(_ folder: StateFolder) throws(StartFault) -> SQLiteStore {
        var generator = SystemRandomNumberGenerator()
        do {
            return try SQLiteStore(path: folder.file("keyward.db"), randomness: &generator)
        } catch {
            throw StartFault(problem: "\(error)", remedy: "", status: .configuration)
        }
    }

    private static func makeApplication(
        _ folder: StateFolder, _ store: SQLiteStore, _ headFile: AuditHeadFile, _ policy: Policy, _ log: EventLog
    ) throws(StartFault) -> Application {
        let state: StoredState
        do { state = try store.loadState() } catch { throw StartFault(error) }
        let secrets = try PepperFile.load(
            in: folder, credentials: environment("CREDENTIALS_DIRECTORY"),
            databaseHasKeys: state.lastKeyNumber > 0 || !state.peppers.isEmpty)
        let clock = SystemClock(mark: state.mark, bound: policy.clockBound)
        let accounts = SystemAccounts(monotonic: SystemClock.monotonic)
        let parts = AuthorityParts(
            store: store, peppers: PepperSet(secrets), policy: policy, accounts: accounts, headKeeper: headFile,
            daemon: Actor(uid: geteuid(), user: accounts.userName(of: geteuid())),
            renderReply: { VerdictText.fixedPart(of: $0, workspace: $1) }, renderDetails: AuditDetails.render,
            onAudit: { log.write(.audit($0)) })
        do throws(AuthorityFault) {
            let authority = try Authority.start(parts, state: state, at: clock.now())
            return Application(
                authority: authority, version: daemonVersion, startedAt: clock.now(), pid: getpid(),
                ownUser: geteuid(), backups: BackupFiles(folder: folder.file("backups")),
                generator: SystemRandomNumberGenerator(), now: clock.now,
                clock: ClockGuard(check: clock.check, accept: clock.accept, believed: clock.believed),
                report: { event in
                    log.write(event)
                    // What memory holds may no longer match the disk: end, and load it anew.
                    if case .storeFault(.failed) = event { exit(ExitStatus.system.rawValue) }
                })
        } catch {
            throw StartFault(error)
        }
    }

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

extension PepperSet {
    fileprivate init(_ secrets: PepperSecrets) {
        self.init(
            current: Pepper(bytes: secrets.current.secretBytes),
            retired: secrets.retired.map { Pepper(bytes: $0.secretBytes) })
    }
}

extension StartFault {
    init(_ fault: StoreFault) {
        let (problem, remedy) =
            switch fault {
            case .cannotWrite(let reason):
                ("The database cannot be written (\(reason)).", "Make room on its file system and start again.")
            case .exists: ("The database is there already.", "Start again.")
            case .failed(let reason):
                (
                    "The database cannot be read (\(reason)).",
                    "Check the disk, keep a copy of the file and restore the latest backup."
                )
            }
        self.init(problem: problem, remedy: remedy, status: .system)
    }

    init(_ fault: AuthorityFault) {
        switch fault {
        case .pepperMissing:
            self = .configuration(
                "This is not the pepper that the stored keys were made with; none of them would verify.",
                "Restore the right one from your backup. To change peppers, put the new one on the first line of the "
                    + "file and keep the old one below it.")
        case .plansMissing(let plans):
            self = .configuration(Self.missingPlans(plans), "Put them back into the configuration's plans.")
        case .store(let fault): self.init(fault)
        }
    }

    static func missingPlans(_ plans: [String]) -> String {
        "Workspaces have plans that the catalogue lacks: \(plans.joined(separator: ", "))."
    }
}
