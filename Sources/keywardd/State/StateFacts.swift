internal import KeywardCore
internal import KeywardStore

/// What a start finds in the state folder and the runtime folder, as far as it decides how the start goes on.
struct StateFacts: Equatable {
    /// Where the state is, for messages.
    var folder: String
    var database: DatabaseContent
    /// What `audit-head` and `journal-mark` hold.
    var auditHead = KeptHead.none
    var journalMark = KeptHead.none
    /// How long the write-ahead log is, in bytes.
    var logBytes = 0
    /// The usage ledger in the runtime folder that some database left there; its path.
    var ledger: String?
    /// Other files of the state folder that are databases of Keyward.
    var otherDatabases: [String] = []
}

/// What a file that keeps an end of the audit chain holds.
enum KeptHead: Equatable {
    /// The file is missing or has no byte.
    case none
    /// It has bytes, and no whole end among them.
    case damaged
    case kept(AuditHead)

    /// Whether it says that there are entries. A damaged one does: it is written only with them.
    var mentionsEntries: Bool {
        switch self {
        case .none: false
        case .damaged: true
        case .kept(let head): head.seq > 0
        }
    }
}

/// How a start goes on.
enum StartDecision: Equatable {
    /// Nothing tells of an earlier start: a database is made, or the start that was making one is completed.
    case first
    case goOn
    case refuse(StartFault)
}

extension StateFacts {
    /// What a start does with these facts.
    ///
    /// A database without entries is a first start only where nothing tells of another database: served as it is, it
    /// would answer `notFound` for every key that there was.
    var decision: StartDecision {
        let hasEntries = if case .filled(let newest) = database { newest > 0 } else { false }
        if hasEntries { return .goOn }
        let traces = traces
        return traces.isEmpty ? .first : .refuse(missingDatabase(traces))
    }

    /// What tells of entries that the database lacks, in words.
    private var traces: [String] {
        var traces: [String] = []
        for (name, head) in [(AuditHeadFile.name, auditHead), (AuditHeadFile.journalMark, journalMark)] {
            if case .kept(let kept) = head, kept.seq > 0 {
                traces.append("\(name) tells of \(kept.seq) audit entries")
            } else if head.mentionsEntries {
                traces.append("\(name) is not empty")
            }
        }
        // A database with tables may have all of them in its log, and a ledger of its own from a start that was cut off.
        guard database.isNew else { return traces }
        if logBytes > 0, database != .withoutTables { traces.append("keyward.db-wal is not empty") }
        if let ledger { traces.append("\(ledger) counts the usage of a database") }
        return traces
    }

    private func missingDatabase(_ traces: [String]) -> StartFault {
        let problem =
            switch database {
            case .missing: "The database \(folder)/keyward.db is missing"
            case .empty: "The database \(folder)/keyward.db is empty"
            case .withoutTables, .filled: "The database \(folder)/keyward.db has no entries"
            }
        let others = otherDatabases.map { "\(folder)/\($0)" }.joined(separator: ", ")
        let find =
            others.isEmpty
            ? "Mount or restore the state folder, or restore the latest backup."
            : "If it was renamed, move it back (\(others)); else restore the latest backup."
        return .configuration(
            "\(problem), but \(traces.joined(separator: ", and ")).",
            "\(find) To start without the former keys, run: keywardd --init --state-dir \(ShellWord.quoted(folder))")
    }
}
