internal import KeywardCore
internal import KeywardStore

/// What the daemon keeps in the state folder beside the database.
struct StateFiles: Sendable {
    let folder: StateFolder
    let auditHead: AuditHeadFile
    let journalMark: JournalMark
    let backups: BackupFiles
    let watch: StateWatch

    /// Opens what is there and makes what a first start lacks. The database must be open.
    init(in folder: StateFolder, _ facts: StateFacts) throws(StartFault) {
        self.folder = folder
        let isNew = facts.decision == .first
        auditHead = try AuditHeadFile(in: folder, chainIsNew: isNew)
        journalMark = try JournalMark(in: folder, found: isNew ? .kept(.start) : facts.journalMark, chainIsNew: isNew)
        backups = BackupFiles(folder: folder)
        backups.removeLeftovers()
        watch = StateWatch(folder, auditHead)
    }

    /// Loads all but the keys, and has the log catch up with the audit trail.
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
