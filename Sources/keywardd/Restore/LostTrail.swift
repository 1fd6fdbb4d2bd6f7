internal import KeywardCore
internal import KeywardStore
internal import KeywardSystemd

/// What happened after a backup was made: the entries in the replaced database and the journal that the backup does not
/// have.
struct LostTrail {
    var entries: [TrailEntry] = []
    /// What could not be read, as sentences.
    var gaps: [String] = []

    /// Adds the entries of a database after the end of the backup's chain.
    mutating func add(databaseAt path: String, behind head: AuditRecord, of databaseID: [UInt8]) {
        do {
            let database = try ClosedDatabase(path: path)
            guard try database.databaseID() == databaseID else {
                gaps.append("\(path) is another database, which has no entries of this backup.")
                return
            }
            let shared = try database.auditEntries(matching: AuditQuery(after: head.seq - 1, limit: 1)).first
            guard shared?.seq != head.seq || shared?.hash == head.hash else {
                gaps.append("\(path) has another history than the backup.")
                return
            }
            try database.visitAudit { record in
                if record.seq > head.seq { entries.append(TrailEntry(record)) }
                return true
            }
        } catch {
            gaps.append("\(path) cannot be read whole: \(error)")
        }
    }

    /// Adds the journal's entries of the daemon that ran as `user`. Other writers to the journal have other uids.
    mutating func addJournal(of user: UInt32, behind head: AuditRecord) {
        var found: [TrailEntry] = []
        var isOther = false
        let wasRead = JournalReader.visit(
            matching: ["SYSLOG_IDENTIFIER=keywardd", "_UID=\(user)"]
        ) { entry in
            let at = Instant(milliseconds: entry.milliseconds)
            guard let trail = TrailEntry(journal: entry.fields, at: at) else { return true }
            guard trail.seq > head.seq else {
                isOther = trail.seq == head.seq && entry.fields["KEYWARD_AUDIT_HASH"] != head.hash.hexadecimal
                return false
            }
            found.append(trail)
            return true
        }
        if !wasRead { return gaps.append("The journal cannot be read.") }
        if isOther { return gaps.append("The journal is that of another database.") }
        entries += found
    }

    /// Each entry once, in chronological order. Entries from databases were added first, and have more details.
    var inOrder: [TrailEntry] {
        var seen: Set<String> = []
        return entries.filter { seen.insert("\($0.seq) \($0.action) \($0.keyID ?? "") \($0.workspace ?? "")").inserted }
            .sorted { ($0.at.milliseconds, $0.seq) < ($1.at.milliseconds, $1.seq) }
    }
}
