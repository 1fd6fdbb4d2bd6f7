internal import Glibc
internal import KeywardBase
internal import KeywardCore
internal import KeywardStore

/// The locked state of a daemon that does not run, for `keywardd check` and `keywardd restore`. No daemon can start
/// meanwhile.
struct StoppedState {
    let folder: StateFolder
    let peppers: PepperSet
    let secrets: PepperSecrets
    /// The path of the credential with the peppers; `nil` if they are in the state folder.
    let credential: String?
    /// The path of the peppers.
    let pepperPath: String
    private let lock: LockFile

    /// Where systemd keeps credentials that a unit loads by name (systemd.exec(5), LoadCredential=).
    private static let credentialFolders = [
        "/etc/credstore", "/run/credstore", "/usr/local/lib/credstore", "/usr/lib/credstore",
    ]

    /// Takes the state folder's lock, and reads the peppers.
    ///
    /// It first reads the files that only root can read. Then root acts as the owner of the folder, so that the daemon
    /// can use new files.
    ///
    /// - Parameter returnsToRoot: whether root may act as root again (``StateFolder/returnToRoot(for:)``).
    init(_ arguments: DaemonArguments, credentials: String?, returnsToRoot: Bool = false) throws(StartFault) {
        try Self.checkThatNobodyListens(arguments)
        // The host's credentials belong to the service, not to a daemon that somebody runs by hand.
        let places =
            credentials.map { [$0] }
            ?? (arguments.stateFolder == DaemonArguments.defaultStateFolder ? Self.credentialFolders : [])
        credential = places.map { $0 + "/" + PepperFile.credential }.first { access($0, F_OK) == 0 }
        let given = if let credential { try PepperFile.credential(at: credential) } else { PepperSecrets?.none }
        try StateFolder.becomeOwner(of: arguments.stateFolder, returnsToRoot: returnsToRoot)
        guard access(arguments.stateFolder, F_OK) == 0 else {
            throw .configuration("There is no state folder \(arguments.stateFolder).", "Name another with --state-dir.")
        }
        folder = try StateFolder(path: arguments.stateFolder)
        try folder.checkKinds()
        do throws(StartFault) { lock = try LockFile(in: folder) } catch {
            throw error.status == .busy ? Self.running(error.problem, arguments) : error
        }
        try folder.checkThatNobodyHasTheDatabase()
        if let given {
            secrets = given
        } else {
            secrets = try PepperFile.load(in: folder, credentials: nil, databaseHasKeys: true)
        }
        peppers = PepperSet(secrets)
        pepperPath = credential ?? folder.file(PepperFile.name)
    }

    func close() {
        lock.release()
        folder.close()
    }

    /// Refuses while a client could start the daemon.
    private static func checkThatNobodyListens(_ arguments: DaemonArguments) throws(StartFault) {
        let isService = arguments.stateFolder == DaemonArguments.defaultStateFolder
        guard let run = arguments.runFolder ?? (isService ? "/run/keyward" : nil) else { return }
        let table = (try? SmallFile.read("/proc/net/unix", atMost: 16 << 20)) ?? []
        let sockets = ListeningSockets.among(
            [run + "/keyward.sock", run + "/verify.sock"], table: String(decoding: table, as: UTF8.self))
        guard sockets.isEmpty else {
            throw running("Clients can still reach Keyward at \(sockets.joined(separator: " and ")).", arguments)
        }
    }

    private static func running(_ problem: String, _ arguments: DaemonArguments) -> StartFault {
        let isService = arguments.stateFolder == DaemonArguments.defaultStateFolder
        return StartFault(
            problem: problem,
            remedy: isService
                ? "Stop it first: systemctl stop keywardd.socket keywardd-verify.socket keywardd.service"
                : "End that daemon first.",
            status: .busy)
    }
}
