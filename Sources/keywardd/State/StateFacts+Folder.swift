internal import Glibc
internal import KeywardBase
internal import KeywardStore

extension StateFolder {
    /// Makes root act as the owner of the folder, so that the daemon can use new files.
    static func becomeOwner(of path: String, returnsToRoot: Bool = false) throws(StartFault) {
        var status = stat()
        guard geteuid() == 0, stat(path, &status) == 0, status.st_uid != 0 else { return }
        // Only the effective ids, if root is to come back: files belong to the owner either way.
        let isDone =
            returnsToRoot
            ? setegid(status.st_gid) == 0 && seteuid(status.st_uid) == 0
            : setgroups(0, nil) == 0 && setgid(status.st_gid) == 0 && setuid(status.st_uid) == 0
        guard isDone
        else {
            throw .system(.last("act as the owner of", path))
        }
    }

    /// Acts as root again, to write a file that belongs to root.
    static func returnToRoot(for path: String) throws(FileFault) {
        guard getuid() != 0 || seteuid(0) == 0 && setegid(0) == 0 else { throw .last("write", path) }
    }

    /// The names of the daemon's files in the folder, and which of them is a folder.
    static let ownNames = [
        "keyward.db", "keyward.db-wal", "keyward.db-shm", "keyward.db-journal", PepperFile.name, AuditHeadFile.name,
        AuditHeadFile.journalMark, LockFile.name, BackupFiles.name,
    ]

    /// Refuses a state file that is not a regular file. A named pipe would block the start. For a linked database,
    /// SQLite would look for the log beside the link's target.
    func checkKinds() throws(StartFault) {
        for name in Self.ownNames {
            if let fault = Self.fault(of: name, try kind(of: name), in: path) { throw fault }
        }
    }

    /// The fault of a state file of this kind.
    static func fault(of name: String, _ kind: FileKind, in folder: String) -> StartFault? {
        switch kind {
        case .missing: return nil
        case .plain where name != BackupFiles.name: return nil
        case .folder where name == BackupFiles.name: return nil
        default: break
        }
        let wanted = name == BackupFiles.name ? "a folder" : "a plain file"
        return .configuration(
            "\(folder)/\(name) is \(kind.words), not \(wanted).",
            "Move it away, put \(wanted) of the daemon's user in its place, or restore the state folder.")
    }

    /// Refuses a database that another process has open: its lock file may have been removed.
    func checkThatNobodyHasTheDatabase() throws(StartFault) {
        guard let process = DatabaseHolder.process(holding: file("keyward.db")) else { return }
        throw StartFault(
            problem: "\(process > 0 ? "Process \(process)" : "Another process") has the database in \(path) open.",
            remedy: "Stop it first, or choose another folder.", status: .busy)
    }

    /// The kind of `name` in the folder.
    func kind(of name: String) throws(StartFault) -> FileKind {
        var status = stat()
        if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return FileKind(status) }
        if errno == ENOENT { return .missing }
        throw .system(.last("inspect", file(name)))
    }

    /// The names in an open folder, sorted; none if it cannot be read.
    static func names(in folder: Int32) -> [String] {
        // A new descriptor, because reading moves the position of the one that it reads from.
        let descriptor = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        guard let stream = fdopendir(descriptor) else {
            Glibc.close(descriptor)
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

extension StateFacts {
    /// Reads a state folder whose files have the right kinds, and a runtime folder. Changes nothing.
    init(of folder: StateFolder, runtimeFolder: String?) throws(StartFault) {
        do {
            database = try DatabaseContent.inspect(path: folder.file("keyward.db"))
        } catch {
            throw StartFault(error)
        }
        self.folder = folder.path
        auditHead = try AuditHeadFile.look(in: folder, for: AuditHeadFile.name)
        journalMark = try AuditHeadFile.look(in: folder, for: AuditHeadFile.journalMark)
        logBytes = try folder.kind(of: "keyward.db-wal").bytes
        let ledger = runtimeFolder.map { $0 + "/" + UsageLedgerFile.name }
        self.ledger = ledger.flatMap { LedgerFile.databaseID(ofFile: $0) == nil ? nil : $0 }
        guard database.isNew else { return }
        otherDatabases = StateFolder.names(in: folder.descriptor).filter { name in
            guard name != "keyward.db", let kind = try? folder.kind(of: name), kind.bytes > 0,
                case .filled = try? DatabaseContent.inspect(path: folder.file(name))
            else { return false }
            return true
        }
    }
}
