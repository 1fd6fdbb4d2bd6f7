/// The periodic jobs of a host.
package enum Sweep: String, CaseIterable, Sendable {
    /// Records ends, and gives notice of them.
    case expiry
    /// Marks, disables and revokes unused keys.
    case stale
    /// Deletes keys that ended long ago.
    case retention
}
