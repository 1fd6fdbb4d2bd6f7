/// An order of keys.
public enum KeyOrder: String, CaseIterable, Sendable {
    /// By the instant of their creation.
    case created
    /// By name.
    case name
    /// By their last use; those never used first.
    case lastUsed
    /// By the number of valid verifications.
    case usage
    /// By expiry; those that never expire last.
    case expires
}

/// When the grace period of a rotation begins.
public enum GraceStart: String, CaseIterable, Sendable {
    /// At the successor's first valid use.
    case firstUse
    /// At once.
    case now
}

/// The width of a bucket of usage.
public enum UsageResolution: String, CaseIterable, Sendable {
    /// Whole hours, UTC.
    case hour
    /// Whole days, UTC.
    case day
}
