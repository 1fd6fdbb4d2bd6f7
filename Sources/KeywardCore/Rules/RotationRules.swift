/// The bounds of a rotation.
package enum RotationRules {
    /// How long a predecessor waits for its successor's first use.
    package static let longestWait: Instant.Span = .days(30)
    /// The grace that a rotation has unless told.
    package static let defaultGrace: Instant.Span = .hours(24)
    /// A use within this span makes a key too busy to end without confirmation.
    package static let recentUse: Instant.Span = .hours(24)
}
