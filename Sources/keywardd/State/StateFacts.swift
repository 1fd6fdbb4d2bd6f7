internal import KeywardCore
internal import KeywardStore

/// The state folder and the runtime folder as a start finds them, as far as they decide how the start proceeds.
struct StateFacts: Equatable {
    /// The path of the state folder, for messages.
    var folder: String
    var database: DatabaseContent
    /// The content of `audit-head` and `journal-mark`.
    var auditHead = KeptHead.none
    var journalMark = KeptHead.none
    /// The length of the write-ahead log, in bytes.
    var logBytes = 0
    /// The path of a usage ledger in the runtime folder that some database left there.
    var ledger: String?
    /// Other files in the state folder that are databases of Keyward.
    var otherDatabases: [String] = []
}

/// The content of a file with an end of the audit chain.
enum KeptHead: Equatable {
    /// The file is missing or empty.
    case none
    /// It has content, but no valid end.
    case damaged
    case kept(AuditHead)

    /// Whether it shows that there were entries. A damaged file does: it is written only with entries.
    var mentionsEntries: Bool {
        switch self {
        case .none: false
        case .damaged: true
        case .kept(let head): head.seq > 0
        }
    }
}

/// How a start proceeds.
enum StartDecision: Equatable {
    /// Nothing shows an earlier start: a database is created, or an interrupted creation completed.
    case first
    case goOn
    case refuse(StartFault)
}

extension StateFacts {
    /// The decision for these facts.
    ///
    /// A database without entries is a first start only if there are no traces of another database. Otherwise it would
    /// answer `notFound` for every former key.
    var decision: StartDecision {
        let hasEntries = if case .filled(let newest) = database { newest > 0 } else { false }
        if hasEntries { return .goOn }
        let traces = traces
        return traces.isEmpty ? .first : .refuse(missingDatabase(traces))
    }

    /// The traces of entries that the database lacks, as text.
    private var traces: [String] {
        var traces: [String] = []
        for (name, head) in [(AuditHeadFile.name, auditHead), (AuditHeadFile.journalMark, journalMark)] {
            if case .kept(let kept) = head, kept.seq > 0 {
                traces.append("\(name) records \(kept.seq) audit entries")
            } else if head.mentionsEntries {
                traces.append("\(name) is not empty")
            }
        }
        // A database with tables may have all of them in its log, and its own ledger from an interrupted start.
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
