internal import KeywardBase
internal import KeywardCore
internal import KeywardSystemd
internal import Synchronization

/// Moves the mark of the journal after an audit entry was written there. The next written entry also passes those that
/// were left out, which the log counts.
final class JournalProgress: Sendable {
    private let mark = Mutex<JournalMark?>(nil)

    /// From now on entries move this mark.
    func begin(_ mark: JournalMark) {
        self.mark.withLock { $0 = mark }
    }

    /// The log has written an entry.
    func note(_ entry: LogEntry) {
        guard let head = Self.head(of: entry) else { return }
        mark.withLock { $0 }?.move(to: head)
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
