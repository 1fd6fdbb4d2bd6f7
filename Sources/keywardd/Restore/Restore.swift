internal import Glibc
internal import KeywardBase
internal import KeywardCore
internal import KeywardServer
internal import KeywardStore

/// `keywardd restore`: replaces the database by a backup, keeps the replaced files, and lists what the backup does not
/// have.
struct Restore {
    /// The report.
    struct Outcome {
        var lines: [String] = []
        /// Whether everything requested was done.
        var isWhole = true
        var text: String { lines.joined(separator: "\n") }
    }

    let backup: String
    let reapplies: Bool
    /// The suffix of the folder for replaced files.
    let stamp: String
    let policy: Policy
    /// The account that restores.
    let caller: Caller

    private static let copy = "keyward.db.restoring"
    /// The files to move aside. `audit-head` stays: it lets the next start detect and report that entries are missing.
    private static let replaced = ["keyward.db", "keyward.db-wal", "keyward.db-shm", "keyward.db-journal"]
    static let asidePrefix = "replaced-"

    func run(_ arguments: DaemonArguments, credentials: String?) throws(StartFault) -> Outcome {
        let (file, head, lost) = try openBackup(for: arguments)
        defer { close(file) }
        let state = try StoppedState(arguments, credentials: credentials)
        defer { state.close() }
        let folder = state.folder
        try copyBackup(file, to: folder)
        do throws(StartFault) {
            try prepareCopy(in: folder, state.peppers)
        } catch {
            removeCopy(in: folder)
            throw error
        }
        var trail = lost
        let olds = StateFolder.names(in: folder.descriptor).filter { $0.hasPrefix(Self.asidePrefix) }.map {
            $0 + "/keyward.db"
        }
        for name in ["keyward.db"] + olds where folder.identity(of: name) != nil {
            trail.add(databaseAt: folder.file(name), behind: head.record, of: head.databaseID)
        }
        let aside = try replace(in: folder)
        return try finish(state, trail, head.record, aside: aside)
    }

    /// Opens the backup, and reads the later entries from the journal. Root can read both, the daemon's user possibly
    /// neither.
    private func openBackup(
        for arguments: DaemonArguments
    ) throws(StartFault) -> (file: Int32, head: (record: AuditRecord, databaseID: [UInt8]), lost: LostTrail) {
        guard access(backup + "-wal", F_OK) != 0 else {
            throw .configuration(
                "\(backup) has a write-ahead log beside it, so it is not a backup but a database in use.",
                "Make backups with: keyward backup")
        }
        let file = open(backup, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw .configuration("\(FileFault.last("open", backup)).", "Name a file that keyward backup has written.")
        }
        do {
            let database = try ClosedDatabase(path: backup)
            guard let record = try database.auditHead() else {
                throw StartFault.configuration("\(backup) has no audit entries.", "It is not a backup; name another.")
            }
            var lost = LostTrail()
            var status = stat()
            let user = stat(arguments.stateFolder, &status) == 0 ? status.st_uid : geteuid()
            lost.addJournal(of: user, behind: record)
            return (file, (record, try database.databaseID()), lost)
        } catch {
            close(file)
            throw Self.notRestored(error)
        }
    }

    private static func notRestored(_ error: any Error) -> StartFault {
        let fault =
            switch error {
            case let fault as StartFault: fault
            case let error as StoreOpenError:
                StartFault(problem: Self.words(error), remedy: "", status: StartFault(error).status)
            case let fault as StoreFault: StartFault(fault)
            default: StartFault(problem: "\(error)", remedy: "", status: .system)
            }
        return StartFault(
            problem: "The backup was not restored, and nothing was changed: \(fault.problem)", remedy: "",
            status: fault.status)
    }

    /// What is wrong with the file given as a backup.
    private static func words(_ error: StoreOpenError) -> String {
        switch error {
        case .notADatabase: "it is not a database."
        case .foreign: "it is the database of another program."
        case .damaged(let detail): "it is damaged (\(detail))."
        case .newer(let found, let known):
            "it has schema version \(found), and this build knows versions up to \(known)."
        default: "\(error)"
        }
    }

    private func copyBackup(_ file: Int32, to folder: StateFolder) throws(StartFault) {
        removeCopy(in: folder)
        let path = folder.file(Self.copy)
        let copy = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard copy >= 0 else { throw .system(.last("create", path)) }
        defer { close(copy) }
        lseek(file, 0, SEEK_SET)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        var offset = 0
        do throws(FileFault) {
            while true {
                let count = read(file, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw FileFault.last("read", backup) }
                if count == 0 { break }
                try SmallFile.write(Array(buffer[..<count]), to: copy, at: offset, path: path)
                offset += count
            }
            guard fsync(copy) == 0 else { throw FileFault.last("sync", path) }
        } catch {
            removeCopy(in: folder)
            throw .system(error)
        }
    }

    /// Migrates the copy to this build's schema, and checks all of it.
    private func prepareCopy(in folder: StateFolder, _ peppers: PepperSet) throws(StartFault) {
        do {
            var randomness = SystemRandomNumberGenerator()
            let store = try SQLiteStore(path: folder.file(Self.copy), randomness: &randomness)
            // A ledger from an earlier use of this backup must not count as its own.
            try store.renewGeneration()
            try store.close()
            let check = try TrailCheck(ClosedDatabase(path: folder.file(Self.copy)), peppers: peppers, kept: nil)
            guard check.problems.isEmpty else {
                throw StartFault.configuration(check.problems.joined(separator: " "), "")
            }
        } catch {
            throw Self.notRestored(error)
        }
    }

    private func removeCopy(in folder: StateFolder) {
        for end in ["", "-wal", "-shm", "-journal"] { unlinkat(folder.descriptor, Self.copy + end, 0) }
    }

    /// Moves the existing files into their own folder, and the copy into their place. Returns the folder's path; `nil`
    /// if there were no files.
    private func replace(in folder: StateFolder) throws(StartFault) -> String? {
        let present = Self.replaced.filter { folder.identity(of: $0) != nil }
        var name = Self.asidePrefix + stamp
        // Another restore within the same second.
        while folder.identity(of: name) != nil { name += "a" }
        func move(_ from: String, _ to: String) throws(StartFault) {
            guard renameat(folder.descriptor, from, folder.descriptor, to) == 0 else {
                throw .system(.last("move", folder.file(from)))
            }
        }
        if !present.isEmpty {
            guard mkdirat(folder.descriptor, name, 0o700) == 0 else { throw .system(.last("make", folder.file(name))) }
            for file in present { try move(file, name + "/" + file) }
        }
        for end in ["-wal", "-shm"] { unlinkat(folder.descriptor, Self.copy + end, 0) }
        try move(Self.copy, "keyward.db")
        guard fsync(folder.descriptor) == 0 else { throw .system(.last("sync", folder.path)) }
        return present.isEmpty ? nil : folder.file(name)
    }

    // MARK: - Report and repeated ends

    private func finish(
        _ state: StoppedState, _ trail: LostTrail, _ head: AuditRecord, aside: String?
    ) throws(StartFault) -> Outcome {
        let entries = trail.inOrder
        let ends = LostEnd.all(in: entries)
        var outcome = Outcome()
        outcome.lines.append("Restored \(backup): it ends with entry \(head.seq) of \(SystemClock.text(head.at)).")
        if let aside { outcome.lines.append("The replaced files are in \(aside).") }
        outcome.lines += trail.gaps
        if entries.isEmpty {
            outcome.lines.append("No later change is known.")
        } else {
            outcome.lines.append("Later changes that the backup does not have:")
            outcome.lines += entries.map { "  \($0.line)" }
        }
        if reapplies, !ends.isEmpty {
            outcome.lines.append("Repeated ends:")
            do throws(StartFault) {
                let lines = try makeAgain(ends, state)
                outcome.lines += lines
                outcome.isWhole = !lines.contains { $0.contains(Self.refusedMark) }
            } catch {
                outcome.lines.append("  none. \(error)")
                outcome.isWhole = false
            }
        } else if !ends.isEmpty {
            let file = ShellWord.quoted(backup)
            outcome.lines.append(
                "\(ends.count) of them may end something that goes on in the "
                    + "backup. To repeat these ends, run: keywardd restore \(file) --reapply")
        }
        return outcome
    }

    private static let refusedMark = ": REFUSED."

    private func makeAgain(_ ends: [LostEnd], _ state: StoppedState) throws(StartFault) -> [String] {
        let authority = try StoppedAuthority(state, policy)
        defer { authority.close() }
        let repeater = EndRepeater(authority: authority.authority, caller: caller, now: authority.now)
        return ends.map { end in
            switch repeater.makeAgain(end) {
            case .done: "  \(end.text)"
            case .needless: "  \(end.text): already so"
            case .unknown: "  \(end.text): not in the backup"
            case .refused(let reason): "  \(end.text)\(Self.refusedMark) \(reason)"
            }
        }
    }
}
