internal import KeywardServer
internal import KeywardSettings
internal import KeywardSystemd
internal import Synchronization

/// The configuration in force, and its reload. Reloads by SIGHUP and by `system.reload` run one after another.
final class ConfigurationInForce: Sendable {
    private let current: Mutex<Configuration>
    /// The path from the command line; `nil` is the default file.
    private let file: String?
    private let server: Server
    private let clock: SystemClock
    private let sockets: (admin: SocketServer, verify: SocketServer)
    private let log: EventLog
    /// False for a private daemon: its sockets are only for its own user and root.
    private let checksOperatorGroup: Bool

    init(
        _ configuration: Configuration, file: String?, server: Server, clock: SystemClock,
        sockets: (admin: SocketServer, verify: SocketServer), log: EventLog, checksOperatorGroup: Bool
    ) {
        current = Mutex(configuration)
        self.file = file
        self.server = server
        self.clock = clock
        self.sockets = sockets
        self.log = log
        self.checksOperatorGroup = checksOperatorGroup
    }

    /// Reads the file again and applies it, or reports why the old configuration stays in force. The service manager
    /// gets its notice before the caller gets the result.
    @discardableResult
    func reload() -> ReloadOutcome {
        current.withLock { current in
            Notify.reloading()
            defer { Notify.ready(status: server.monitor.statusLine) }
            do throws(ConfigurationError) {
                return replace(&current, by: try ConfigurationFile.read(file))
            } catch {
                return refuse("\(error)")
            }
        }
    }

    private func replace(_ current: inout Configuration, by fresh: Configuration) -> ReloadOutcome {
        let missing = server.configuration.adopt(fresh.policy)
        guard missing.isEmpty else { return refuse(StartFault.missingPlans(missing)) }
        server.counters.noteConfiguration(isGood: true, at: clock.now())
        sockets.admin.adopt(fresh.adminLimits)
        sockets.verify.adopt(fresh.verifyLimits)
        clock.adopt(bound: fresh.policy.clockBound)
        let changes = fresh.changes(since: current)
        current = fresh
        if checksOperatorGroup { server.callers.checkOperatorGroup() }
        let list = changes.isEmpty ? "nothing has changed" : changes.joined(separator: "; ")
        let later = ["allLoopsServe", "verifyLoops"]
            .filter { name in changes.contains { $0.hasPrefix(name + ":") } }
            .map { " \($0) takes effect at the next start." }.joined()
        log.write(
            .daemonReloaded,
            "The configuration was read again: \(list).\(later)",
            ["changed": .array(changes.map { "\($0)" })])
        return ReloadOutcome(changes: changes)
    }

    private func refuse(_ reason: String) -> ReloadOutcome {
        server.counters.noteConfiguration(isGood: false, at: clock.now())
        let sentence = reason.hasSuffix(".") || reason.hasSuffix("?") ? reason : reason + "."
        log.write(
            .daemonReloadFailed,
            "The configuration was refused, and the previous one stays in force: \(sentence)")
        return ReloadOutcome(problem: sentence)
    }
}
