import KeywardCore

/// Stores the uses of canaries: an audit entry each, which the log and subscribers receive as an alarm.
///
/// Uses that cannot be stored now wait in memory. The next second tries again.
final class CanaryAlarm: Sendable {
    private let authority: Authority
    private let queue: MaintenanceQueue
    private let now: @Sendable () -> Instant

    init(_ authority: Authority, on queue: MaintenanceQueue, now: @escaping @Sendable () -> Instant) {
        (self.authority, self.queue, self.now) = (authority, queue, now)
    }

    /// Submits the storage of uses. From any thread.
    func noteUses() {
        queue.submit { [self] in storeDue() }
    }

    /// Stores the uses about which an entry is due. On the maintenance queue.
    func storeDue() {
        if !queue.isClosed { try? authority.storeCanaryUses(at: now()) }
    }

    /// Stores all uses, at the end. On the maintenance queue.
    func storeAll() { try? authority.storeCanaryUses(at: now(), all: true) }

    /// Waits until the entries about earlier uses are on disk, as far as they are due and the store is writable. Never call
    /// it on an event loop or the maintenance queue.
    func finish() {
        if authority.hasCanaryUses { queue.perform(storeDue) }
    }
}
