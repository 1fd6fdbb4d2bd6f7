import KeywardCore

/// The services for verifications, and the receivers of their further results.
final class VerificationServices: Sendable {
    let registry: KeyRegistry
    let peppers: PepperSet
    /// The instant for decisions now.
    let now: @Sendable () -> Instant
    let unknownKeys: UnknownKeys
    private let flusher: UsageFlusher
    private let canaries: CanaryAlarm

    init(
        _ authority: Authority, now: @escaping @Sendable () -> Instant, _ unknownKeys: UnknownKeys,
        _ flusher: UsageFlusher, _ canaries: CanaryAlarm
    ) {
        registry = authority.registry
        peppers = authority.peppers
        self.now = now
        self.unknownKeys = unknownKeys
        self.flusher = flusher
        self.canaries = canaries
    }

    /// Passes on the results of verifications apart from the replies.
    @inline(__always)
    func note(_ answered: KeyRegistry.Answered, from uid: UInt32) {
        if answered.hasFirstUses { flusher.noteFirstUses() }
        if answered.hasCanaryUses { canaries.noteUses() }
        if answered.malformed + answered.notFound > 0 {
            unknownKeys.add(UnknownKeys.Share(uid: uid, malformed: answered.malformed, notFound: answered.notFound))
        }
    }
}
