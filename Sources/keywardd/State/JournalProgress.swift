internal import KeywardBase
internal import KeywardCore
internal import KeywardSystemd
internal import Synchronization

/// Moves the mark of the journal after an audit entry was written there. The next written entry also passes those that
/// were left out, which the log counts.
final class JournalProgress: Sendable {
    private let mark = Mutex<JournalMark?>(nil)
    /// The last entry about an imported key since the log had one about an import.
    private let imported = Mutex<AuditHead?>(nil)

    /// From now on entries move this mark.
    func begin(_ mark: JournalMark) {
        self.mark.withLock { $0 = mark }
    }

    /// The log has written an entry.
    func note(_ entry: LogEntry) {
        guard let head = Self.head(of: entry) else { return }
        mark.withLock { $0 }?.move(to: head)
    }

    /// An entry of the trail about an imported key is not written to the log; the entry about its import is.
    func passImported(_ record: AuditRecord) {
        imported.withLock { $0 = AuditHead(seq: record.seq, hash: record.hash) }
    }

    /// The last of them, for the entry about the import.
    func takeImported() -> AuditHead? {
        imported.withLock { head in
            defer { head = nil }
            return head
        }
    }

    /// The audit entry that a log entry copies; `nil` for others.
    static func head(of entry: LogEntry) -> AuditHead? {
        guard let seq = entry.metadata["auditSeq"].flatMap({ Int64("\($0)") }),
            let digits = entry.metadata["auditHash"].map({ Array("\($0)".utf8) }),
            let hash = HexDigits.bytes(digits).flatMap({ Digest(bytes: $0) })
        else { return nil }
        return AuditHead(seq: seq, hash: hash)
    }
}
