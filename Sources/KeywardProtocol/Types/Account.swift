/// A local Unix account: the uid that the kernel reported when it acted.
public struct Account: Codable, Hashable, Sendable {
    /// The numeric user id.
    public var uid: UInt32
    /// The login of the uid at the time of the look-up; `nil` if no account has it.
    public var user: String?

    /// Creates an account from its number and, if known, its login.
    public init(uid: UInt32, user: String? = nil) {
        self.uid = uid
        self.user = user
    }
}
