import KeywardCore
import Synchronization

/// Looks at some of the stored rows of keys at a time, and reports those that are damaged.
final class KeyRowMonitor: Sendable {
    private let authority: Authority
    private let now: @Sendable () -> Instant
    private let report: @Sendable (DaemonEvent) -> Void
    /// How far the look has come, and what it found.
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

    /// Looks at some rows; the maintenance queue calls it.
    func look() {
        let now = now()
        let position = watch.withLock { $0.isDue(at: now) ? $0.position : nil }
        guard let position else { return }
        // What cannot be read now is read with the next flush; what cannot be read at all, a change will tell.
        guard let check = try? authority.checkKeys(after: position, limit: KeyRowWatch.rowsAtOnce) else { return }
        let news = watch.withLock { $0.take(check, at: now) }
        if !news.isEmpty { report(.keysDamaged(prefixes: news)) }
    }
}
