/// The facts that determine a key's status and its sweeps, from any source.
package protocol KeyTerms {
    associatedtype Text: FieldText
    var name: Text { get }
    var createdAt: Instant { get }
    var expiresAt: Instant? { get }
    var lifetime: Instant.Span? { get }
    var disabledAt: Instant? { get }
    var revokedAt: Instant? { get }
    var successor: Int64? { get }
    var graceEndsAt: Instant? { get }
    var isCanary: Bool { get }
    var sweepMarks: SweepMarks { get }
}

extension KeyTerms {
    /// Whether the record shows that the key has ended.
    var isRecordedAsOver: Bool {
        revokedAt != nil || sweepMarks.contains(.expired) || sweepMarks.contains(.graceEnded)
    }
}

extension KeyFields: KeyTerms {
    package var revokedAt: Instant? { revocation?.at }
}
