import KeywardCore

/// What verifications are answered with, and where goes what they show beside their replies.
final class VerificationServices: Sendable {
    let registry: KeyRegistry
    let peppers: PepperSet
    /// The instant that decides now.
    let now: @Sendable () -> Instant
    let unknownKeys: UnknownKeys
    private let flusher: UsageFlusher

    init(
        _ authority: Authority, now: @escaping @Sendable () -> Instant, _ unknownKeys: UnknownKeys,
        _ flusher: UsageFlusher
    ) {
        registry = authority.registry
        peppers = authority.peppers
        self.now = now
        self.unknownKeys = unknownKeys
        self.flusher = flusher
    }

    /// Keeps what verifications have shown beside their replies.
    @inline(__always)
    func note(_ answered: KeyRegistry.Answered, from uid: UInt32) {
        if answered.hasFirstUses { flusher.noteFirstUses() }
        if answered.malformed + answered.notFound > 0 {
            unknownKeys.add(UnknownKeys.Share(uid: uid, malformed: answered.malformed, notFound: answered.notFound))
        }
    }
}
