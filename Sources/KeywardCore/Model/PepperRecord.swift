/// The record by which a pepper is recognized, without the pepper itself.
package struct PepperRecord: Hashable, Sendable {
    package var id: PepperID
    /// HMAC-SHA-256 of a constant under the pepper.
    package var check: Digest
    /// The same under the key for the audit chain; `nil` in a database of an earlier version.
    package var auditCheck: Digest?
    /// Whether a start has recorded that it was removed.
    package var isRemoved: Bool

    package init(id: PepperID, check: Digest, auditCheck: Digest? = nil, isRemoved: Bool = false) {
        self.id = id
        self.check = check
        self.auditCheck = auditCheck
        self.isRemoved = isRemoved
    }
}

extension PepperID {
    /// Eight hexadecimal digits.
    package var text: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
