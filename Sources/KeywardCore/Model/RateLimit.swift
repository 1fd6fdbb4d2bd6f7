/// A limit on what verifications may spend in any window of a length.
package struct RateLimit: Hashable, Sendable {
    /// A slug, unique among the limits of an allowance.
    package var name: String
    /// What may be spent in a window, 1 to 1,000,000,000.
    package var limit: Int64
    /// The length of the window in whole seconds, 1 s to 31 days.
    package var window: Instant.Span
    /// Whether each verification spends its cost, not only one that names the limit.
    package var isAutomatic: Bool

    package init(name: String, limit: Int64, window: Instant.Span, isAutomatic: Bool = true) {
        self.name = name
        self.limit = limit
        self.window = window
        self.isAutomatic = isAutomatic
    }

    /// The largest number of limits of an allowance.
    package static let most = 8
    package static let limits: ClosedRange<Int> = 1...1_000_000_000
    /// In seconds.
    package static let windows: ClosedRange<Int> = 1...31 * 86_400
}
