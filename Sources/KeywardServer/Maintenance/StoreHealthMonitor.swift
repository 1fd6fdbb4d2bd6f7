import KeywardCore
import Synchronization

/// Detects when the store or its files stop or start to accept changes, and reports each change once.
final class StoreHealthMonitor: Sendable {
    private struct Reported: Sendable {
        var health = StoreHealth.writable
        var bar: WriteBar?
    }

    private let authority: Authority
    /// The open file whose path names another file now.
    private let movedFile: @Sendable () -> WriteBar?
    private let report: @Sendable (DaemonEvent) -> Void
    private let reported = Mutex(Reported())

    init(
        _ authority: Authority, movedFile: @escaping @Sendable () -> WriteBar?,
        report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.authority = authority
        self.movedFile = movedFile
        self.report = report
    }

    /// Reports the outcome of the last attempt to write, if it is new.
    func noteHealth() {
        let change: StoreHealth? = reported.withLock { reported in
            let health = authority.committer.storeHealth
            defer { reported.health = health }
            return reported.health == health ? nil : health
        }
        switch change {
        case .writable: report(.storeWritable)
        case .readOnly: report(.storeReadOnly)
        case .failed(let fault): report(.storeFault(fault))
        case nil: break
        }
    }

    /// Refuses changes while the path of an open file names another file: they would be lost with the open file.
    func watchFiles() {
        let bar = movedFile()
        authority.committer.bar(files: bar)
        let isNews = reported.withLock { reported in
            defer { reported.bar = bar }
            return reported.bar != bar
        }
        if isNews { report(bar.map { .barred($0) } ?? .filesBack) }
    }
}
