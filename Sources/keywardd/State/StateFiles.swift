internal import KeywardCore
internal import KeywardStore

/// The daemon's files in the state folder besides the database.
struct StateFiles: Sendable {
    let folder: StateFolder
    let auditHead: AuditHeadFile
    let journalMark: JournalMark
    let backups: BackupFiles
    let watch: StateWatch

    /// Opens the existing files and creates those that a first start lacks. The database must be open.
    init(in folder: StateFolder, _ facts: StateFacts) throws(StartFault) {
        self.folder = folder
        let isNew = facts.decision == .first
        auditHead = try AuditHeadFile(in: folder, chainIsNew: isNew)
        journalMark = try JournalMark(in: folder, found: isNew ? .kept(.start) : facts.journalMark, chainIsNew: isNew)
        backups = BackupFiles(folder: folder)
        backups.removeLeftovers()
        watch = StateWatch(folder, auditHead)
    }

    /// Loads everything except the keys, and writes missing audit entries to the log.
    func load(from store: SQLiteStore, _ log: EventLog) throws(StartFault) -> StoredState {
        do throws(StoreFault) {
            let state = try store.loadState()
            log.progress.begin(journalMark)
            try journalMark.close(upTo: state.auditHead, in: store, log)
            return state
        } catch {
            throw StartFault(error)
        }
    }
}
