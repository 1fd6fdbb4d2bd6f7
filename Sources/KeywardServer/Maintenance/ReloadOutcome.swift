/// The result of reading the configuration again.
package struct ReloadOutcome: Hashable, Sendable {
    /// The members that have changed.
    package var changes: [String] = []
    /// Why the earlier configuration stays in force, as sentences; `nil` if the file is in force.
    package var problem: String?

    package init(changes: [String] = [], problem: String? = nil) {
        (self.changes, self.problem) = (changes, problem)
    }
}
