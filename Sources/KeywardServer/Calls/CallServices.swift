import KeywardCore

/// The services for every call: caller look-up, threads and the clock.
package final class CallServices: Sendable {
    let authority: Authority
    /// The instant for decisions now.
    let now: @Sendable () -> Instant
    /// The system's CSPRNG.
    let generator: any RandomNumberGenerator & Sendable
    let callers: CallerLookup
    let reads: ReadQueue
    let changes: ChangeService
    /// Reports events for operators.
    let report: @Sendable (DaemonEvent) -> Void
    /// For methods that need one of them.
    let parts: DaemonParts

    init(
        _ authority: Authority, now: @escaping @Sendable () -> Instant,
        generator: any RandomNumberGenerator & Sendable, _ callers: CallerLookup, _ reads: ReadQueue,
        _ changes: ChangeService, _ parts: DaemonParts, report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.authority = authority
        self.now = now
        self.generator = generator
        self.callers = callers
        self.reads = reads
        self.changes = changes
        self.parts = parts
        self.report = report
    }
}
