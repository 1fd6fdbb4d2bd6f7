import KeywardCore
import Synchronization

/// Checks some of the stored rows of keys at a time, and reports damaged ones.
final class KeyRowMonitor: Sendable {
    private let authority: Authority
    private let now: @Sendable () -> Instant
    private let report: @Sendable (DaemonEvent) -> Void
    /// The position of the check, and what it found.
    private let watch = Mutex(KeyRowWatch())

    init(
        _ authority: Authority, now: @escaping @Sendable () -> Instant,
        report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.authority = authority
        self.now = now
        self.report = report
    }

    /// The prefixes of keys whose rows are damaged.
    var damaged: [String] { watch.withLock { $0.damaged } }

    /// Checks some rows. Called on the maintenance queue.
    func look() {
        let now = now()
        let position = watch.withLock { $0.isDue(at: now) ? $0.position : nil }
        guard let position else { return }
        // A failed read is repeated with the next flush. If no read succeeds, a change reports it.
        guard let check = try? authority.checkKeys(after: position, limit: KeyRowWatch.rowsAtOnce) else { return }
        let news = watch.withLock { $0.take(check, at: now) }
        if !news.isEmpty { report(.keysDamaged(prefixes: news)) }
    }
}
