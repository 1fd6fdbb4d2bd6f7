package import KeywardCore

/// What one call of `keys.import` has done.
package struct ImportSummary: Hashable, Sendable {
    package var actor: Actor
    package var workspace: String
    /// The number of new keys, of those that were there, and of those that were not imported.
    package var (created, existing, refused) = (0, 0, 0)

    package init(actor: Actor, workspace: String) {
        self.actor = actor
        self.workspace = workspace
    }
}
