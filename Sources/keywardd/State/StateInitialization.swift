internal import Glibc
internal import KeywardCore
internal import KeywardStore

/// `keywardd --init`: creates an empty database where one is missing, although there are traces of an earlier one.
/// Those files are moved aside, not removed.
enum StateInitialization {
    /// The report.
    struct Outcome: Equatable {
        var folder: String
        /// The folder with the earlier database's files, if there were any.
        var aside: String?

        var text: String {
            "Created an empty database in \(folder)."
                + (aside.map { " The remains of the earlier one are in \($0)." } ?? "")
                + " Start the daemon."
        }
    }

    /// The files beside a database, which would refer to entries that a new one does not have.
    private static let companions = [
        "keyward.db", "keyward.db-wal", "keyward.db-shm", "keyward.db-journal", AuditHeadFile.name,
        AuditHeadFile.journalMark,
    ]

    /// Creates the database. Root acts as the owner of the folder, so that the daemon can use new files.
    static func run(
        path: String, stamp: String, randomness: inout some RandomNumberGenerator
    ) throws(StartFault) -> Outcome {
        try StateFolder.becomeOwner(of: path)
        let folder = try StateFolder(path: path)
        defer { folder.close() }
        try folder.checkKinds()
        let lock = try LockFile(in: folder)
        defer { lock.release() }
        try folder.checkThatNobodyHasTheDatabase()
        let facts = try StateFacts(of: folder, runtimeFolder: nil)
        if case .filled(let newest) = facts.database, newest > 0 || facts.decision == .first {
            throw .configuration(
                "There is a database in \(path) already; nothing was changed.",
                newest > 0 ? "To start without its keys, move it away first." : "Start the daemon.")
        }
        let aside = try moveAside(in: folder, stamp: stamp)
        let store: SQLiteStore
        do { store = try SQLiteStore(path: folder.file("keyward.db"), randomness: &randomness) } catch {
            throw StartFault(error)
        }
        do { try store.close() } catch { throw StartFault(error) }
        return Outcome(folder: path, aside: aside)
    }

    /// Moves these files into their own folder. Returns its path; `nil` if there are none.
    private static func moveAside(in folder: StateFolder, stamp: String) throws(StartFault) -> String? {
        let present = companions.filter { folder.identity(of: $0) != nil }
        guard !present.isEmpty else { return nil }
        let name = "before-init-\(stamp)"
        guard mkdirat(folder.descriptor, name, 0o700) == 0 else { throw .system(.last("make", folder.file(name))) }
        for file in present {
            guard renameat(folder.descriptor, file, folder.descriptor, name + "/" + file) == 0 else {
                throw .system(.last("move", folder.file(file)))
            }
        }
        guard fsync(folder.descriptor) == 0 else { throw .system(.last("sync", folder.path)) }
        return folder.file(name)
    }
}
