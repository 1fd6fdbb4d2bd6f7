package import KeywardCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A store without a disk. A test can make it fail.
package final class InMemoryStore: KeyStore {
    /// The operations that can fail.
    package enum Operation: Hashable, Sendable {
        case commit, flush, read, backUp, checkpoint
    }

    private struct Guarded {
        var contents: InMemoryContents
        var failures: [Operation: [Failure]] = [:]
        var backups: [String: InMemoryContents] = [:]
        var commits = 0
        var flushes = 0
        var checkpoints = 0
        var reads = 0

        /// Throws if a call of `operation` must fail now.
        mutating func pass(_ operation: Operation) throws(StoreFault) {
            guard var planned = failures[operation], !planned.isEmpty else { return }
            defer { failures[operation] = planned }
            if planned[0].passes > 0 {
                planned[0].passes -= 1
                return
            }
            let fault = planned[0].fault
            planned[0].times -= 1
            if planned[0].times <= 0 { planned.removeFirst() }
            throw fault
        }
    }

    private struct Failure {
        var fault: StoreFault
        var passes: Int
        var times: Int
    }

    package let schemaVersion = 1
    private let guarded: Mutex<Guarded>
    private let keepsChanges: Bool
    private struct Hook: Sendable {
        var body: (@Sendable () -> Void)?
    }

    private let beforeReads = Mutex(Hook())

    /// `keepsChanges` is false for a long run of which nobody reads the store: each commit copies what is kept.
    package init(
        contents: InMemoryContents = InMemoryContents(databaseID: Array(0..<16)), keepsChanges: Bool = true
    ) {
        guarded = Mutex(Guarded(contents: contents))
        self.keepsChanges = keepsChanges
    }

    /// Lets the next `passes` calls of `operation` pass, then makes `times` of them fail with `fault`.
    package func fail(_ operation: Operation, with fault: StoreFault, after passes: Int = 0, times: Int = 1) {
        guarded.withLock {
            $0.failures[operation, default: []].append(Failure(fault: fault, passes: passes, times: times))
        }
    }

    /// Calls `body` before each read and each backup, on the calling thread.
    package func beforeReads(_ body: @escaping @Sendable () -> Void) {
        beforeReads.withLock { $0.body = body }
    }

    /// Cancels all planned failures.
    package func recover() {
        guarded.withLock { $0.failures = [:] }
    }

    /// The current contents.
    package var contents: InMemoryContents { guarded.withLock { $0.contents } }

    /// The contents of a backup to that file, `nil` if none was made.
    package func backup(atFile path: String) -> InMemoryContents? { guarded.withLock { $0.backups[path] } }

    /// The number of successful commits and flushes.
    package var writes: (commits: Int, flushes: Int) { guarded.withLock { ($0.commits, $0.flushes) } }

    /// The number of reads and of checkpoints.
    package var looks: (reads: Int, checkpoints: Int) { guarded.withLock { ($0.reads, $0.checkpoints) } }

    package func loadState() throws(StoreFault) -> StoredState { try read().state }

    package func countKeys() throws(StoreFault) -> Int { try read().keys.count }

    package func loadKeys(_ visit: (StoredKey) -> Void) throws(StoreFault) {
        let contents = try read()
        for record in contents.keys.values.sorted(by: { $0.number < $1.number }) {
            let none = UsageTotals(key: record.number, valid: 0, refused: 0, lastUsedAt: nil, lastUsedBy: nil)
            let shares = (contents.peers[record.number] ?? [:]).values.sorted { $0.uid < $1.uid }
            record.withRow {
                visit(StoredKey(row: $0, usage: contents.totals[record.number] ?? none, peers: shares))
            }
        }
    }

    package func commit(_ group: [Changes]) throws(StoreFault) {
        try guarded.withLock { guarded throws(StoreFault) in
            try guarded.pass(.commit)
            if keepsChanges {
                var next = guarded.contents
                for changes in group { try next.apply(changes) }
                guarded.contents = next
            }
            guarded.commits += 1
        }
    }

    package func flush(_ usage: UsageFlush) throws(StoreFault) {
        try guarded.withLock { guarded throws(StoreFault) in
            try guarded.pass(.flush)
            guarded.contents.apply(usage)
            guarded.flushes += 1
        }
    }

    package func forgetUsage(before hour: Int64, limit: Int) throws(StoreFault) -> Bool {
        try guarded.withLock { guarded throws(StoreFault) in
            try guarded.pass(.commit)
            return guarded.contents.forgetUsage(before: hour, limit: limit) < limit
        }
    }

    package func checkpoint() throws(StoreFault) {
        try guarded.withLock { guarded throws(StoreFault) in
            try guarded.pass(.checkpoint)
            guarded.checkpoints += 1
        }
    }

    package func auditEntries(matching query: AuditQuery) throws(StoreFault) -> [AuditRecord] {
        try read().entries(matching: query)
    }

    package func visitAudit(_ visit: (AuditRecord) -> Bool) throws(StoreFault) {
        for entry in try read().audit {
            guard visit(entry) else { return }
        }
    }

    package func usage(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [HourUsage] {
        try read().usage(ofKey: number, hours: hours)
    }

    package func refusals(ofKey number: Int64, hours: Range<Int64>) throws(StoreFault) -> [RefusalHour] {
        try read().refusals(ofKey: number, hours: hours)
    }

    /// Writes a file with a line about the contents, and stores the contents for ``backup(atFile:)``.
    package func backUp(toFile path: String, while goesOn: () -> Bool) throws(StoreFault) -> Bool {
        beforeReads.withLock { $0.body }?()
        guard goesOn() else { return false }
        try guarded.withLock { guarded throws(StoreFault) in
            try guarded.pass(.backUp)
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw errno == EEXIST ? .exists : .failed("open") }
            defer { close(file) }
            let line = Array("keys \(guarded.contents.keys.count), entries \(guarded.contents.audit.count)\n".utf8)
            guard write(file, line, line.count) == line.count else { throw .failed("write") }
            guarded.backups[path] = guarded.contents
            guarded.backups[path]?.generation += 1
        }
        return true
    }

    private func read() throws(StoreFault) -> InMemoryContents {
        beforeReads.withLock { $0.body }?()
        return try contentsToRead()
    }

    private func contentsToRead() throws(StoreFault) -> InMemoryContents {
        try guarded.withLock { guarded throws(StoreFault) in
            try guarded.pass(.read)
            guarded.reads += 1
            return guarded.contents
        }
    }
}
