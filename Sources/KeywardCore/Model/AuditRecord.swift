/// One stored link of the audit chain.
package struct AuditRecord: Hashable, Sendable {
    /// 1, 2, 3, … without a gap.
    package var seq: Int64
    package var at: Instant
    package var actor: Actor
    package var action: String
    package var workspace: String?
    package var keyID: String?
    /// A JSON object.
    package var details: String
    /// The pepper that the chain's key was derived from.
    package var pepper: PepperID
    /// HMAC-SHA-256 over this entry and the hash before it.
    package var hash: Digest

    package init(
        seq: Int64, at: Instant, actor: Actor, action: String, workspace: String?, keyID: String?, details: String,
        pepper: PepperID, hash: Digest
    ) {
        self.seq = seq
        self.at = at
        self.actor = actor
        self.action = action
        self.workspace = workspace
        self.keyID = keyID
        self.details = details
        self.pepper = pepper
        self.hash = hash
    }
}
