internal import KeywardCore
internal import KeywardStore

/// The entries of the audit trail that were on disk but not in the journal when the daemon ended.
///
/// The file `journal-mark` has the last entry that was written to the journal, or counted as left out. A mark that lags
/// causes duplicates in the journal, never a missing entry.
struct JournalGap: Equatable {
    /// The number of entries that a start writes to the journal; further ones are only counted.
    static let longest = 1_000

    /// The entry before the first missing one.
    var after: Int64
    /// The number of missing entries, 1 or more.
    var count: Int64

    var written: Int64 { min(count, Int64(Self.longest)) }
    var leftOut: Int64 { count - written }

    /// The gap between a mark and the end of the chain. `nil` if there is none, or if it is unknown: without a mark, as
    /// after an upgrade, and with a mark of another chain, as after a restore.
    static func between(_ mark: KeptHead, and head: AuditHead, isInChain: Bool) -> JournalGap? {
        guard case .kept(let mark) = mark, isInChain, mark.seq < head.seq else { return nil }
        return JournalGap(after: mark.seq, count: head.seq - mark.seq)
    }
}

/// The mark of the journal; it closes the gap that an earlier process left.
struct JournalMark: Sendable {
    private let file: AuditHeadFile
    private let found: KeptHead

    init(in folder: StateFolder, found: KeptHead, chainIsNew: Bool) throws(StartFault) {
        file = try AuditHeadFile(in: folder, named: AuditHeadFile.journalMark, chainIsNew: chainIsNew)
        self.found = found
    }

    /// Records that an entry was written to the journal, or counted as left out. If the write fails, the mark lags.
    /// Then a start writes duplicates.
    func move(to head: AuditHead) {
        try? file.write(head)
    }

    /// Makes `log` write the missing entries of an earlier process. Call it before the first entry of this process.
    func close(upTo end: AuditRecord?, in store: any KeyStore, _ log: EventLog) throws(StoreFault) {
        guard let end else { return }
        let head = AuditHead(seq: end.seq, hash: end.hash)
        guard let gap = JournalGap.between(found, and: head, isInChain: try isInChain(store)) else {
            return move(to: head)
        }
        let query = AuditQuery(after: gap.after, limit: Int(gap.written))
        for entry in try store.auditEntries(matching: query) { log.write(.audit(entry)) }
        if gap.leftOut > 0 { log.write(leftOut: gap.leftOut, upTo: head) }
    }

    private func isInChain(_ store: any KeyStore) throws(StoreFault) -> Bool {
        guard case .kept(let mark) = found else { return false }
        if mark == .start { return true }
        let entry = try store.auditEntries(matching: AuditQuery(after: mark.seq - 1, limit: 1)).first
        return entry?.seq == mark.seq && entry?.hash == mark.hash
    }
}
