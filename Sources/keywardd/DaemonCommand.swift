internal import Glibc
internal import KeywardCore
internal import KeywardSettings

/// The modes of `keywardd` other than serving: it prints something and exits.
struct DaemonCommand {
    private let arguments: DaemonArguments

    /// `nil` if the arguments request the daemon itself.
    init?(_ arguments: DaemonArguments) {
        guard arguments.action != .run else { return nil }
        self.arguments = arguments
    }

    /// The output and the exit status.
    func run() throws(StartFault) -> (text: String, status: ExitStatus) {
        switch arguments.action {
        case .run: return ("", .usage)
        case .showHelp: return (DaemonArguments.help, .done)
        case .showVersion: return ("keywardd \(daemonVersion)", .done)
        case .checkConfiguration: return (try checkConfiguration(), .done)
        case .initialize:
            var randomness = SystemRandomNumberGenerator()
            let outcome = try StateInitialization.run(
                path: arguments.stateFolder, stamp: SystemClock.stamp(), randomness: &randomness)
            return (outcome.text, .done)
        case .check:
            let outcome = try check()
            return (outcome.text, outcome.problems.isEmpty ? .done : .problem)
        case .removePepper:
            let removal = PepperRemoval(id: arguments.pepper ?? "", policy: try configuration().policy)
            let text = try removal.run(arguments, credentials: Daemon.environment("CREDENTIALS_DIRECTORY"))
            return (text, .done)
        case .restore:
            let outcome = try restore()
            return (outcome.text, outcome.isWhole ? .done : .problem)
        }
    }

    private func configuration() throws(StartFault) -> Configuration {
        try StartFault.reading { () throws(ConfigurationError) in
            try ConfigurationFile.read(arguments.configurationFile)
        }
    }

    private func checkConfiguration() throws(StartFault) -> String {
        let configuration = try configuration()
        let summary = ConfigurationFile.summary(of: configuration, from: arguments.configurationFile)
        guard arguments.namesState else { return summary }
        try StateFolder.becomeOwner(of: arguments.stateFolder)
        let missing = try StoredPlans.missing(from: configuration.policy, inFolder: arguments.stateFolder)
        guard missing.isEmpty else { throw .configuration(StartFault.missingPlans(missing), "Put them into the file.") }
        return summary + " It has the plans of all workspaces in \(arguments.stateFolder)."
    }

    private func check() throws(StartFault) -> OfflineCheck.Outcome {
        let state = try StoppedState(arguments, credentials: Daemon.environment("CREDENTIALS_DIRECTORY"))
        defer { state.close() }
        let isService = arguments.stateFolder == DaemonArguments.defaultStateFolder
        return try OfflineCheck.run(
            state,
            runtimeFolder: Daemon.environment("RUNTIME_DIRECTORY") ?? arguments.runFolder
                ?? (isService ? "/run/keywardd" : nil))
    }

    private func restore() throws(StartFault) -> Restore.Outcome {
        let accounts = SystemAccounts(monotonic: SystemClock.monotonic)
        let peer = PeerCredentials(uid: getuid(), gid: getgid(), pid: getpid(), groups: [])
        let restore = Restore(
            backup: arguments.backup ?? "", reapplies: arguments.reapplies, stamp: SystemClock.stamp(),
            policy: try configuration().policy,
            caller: Caller(peer: peer, user: accounts.userName(of: peer.uid), isOperator: true))
        return try restore.run(arguments, credentials: Daemon.environment("CREDENTIALS_DIRECTORY"))
    }
}
