/// The record by which a pepper is recognized, without the pepper itself.
package struct PepperRecord: Hashable, Sendable {
    package var id: PepperID
    /// HMAC-SHA-256 of a constant under the pepper.
    package var check: Digest

    package init(id: PepperID, check: Digest) {
        self.id = id
        self.check = check
    }
}
