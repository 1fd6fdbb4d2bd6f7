package import KeywardBase

/// Uses of a canary: how many since the last entry about it, and the last of them.
package struct CanaryUse: Hashable, Sendable {
    /// The number of the canary.
    package var key: Int64
    package var count: Int64
    /// The account that presented it to the daemon last.
    package var uid: UInt32
    /// The address of its client, if that account said it.
    package var address: IPAddress?
    package var at: Instant
}
