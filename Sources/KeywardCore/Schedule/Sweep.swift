/// What a host does by itself as time goes by.
package enum Sweep: String, CaseIterable, Sendable {
    /// Notes what has ended and tells of what is about to.
    case expiry
    /// Marks, disables and revokes what nobody uses.
    case stale
    /// Forgets what ended long ago.
    case retention
}
