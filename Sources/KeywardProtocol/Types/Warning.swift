/// A condition that a caller should know, although the call succeeded.
public struct Warning: Codable, Hashable, Sendable {
    /// A fixed word for programs: `retiring`, `expiring`, `stale`, `nameLooksPersonal`,
    /// `ownerUnknown`, …
    public var code: String
    /// A sentence for people.
    public var message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
