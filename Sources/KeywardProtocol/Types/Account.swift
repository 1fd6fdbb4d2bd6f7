/// A local Unix account, as the kernel named it when it acted.
public struct Account: Codable, Hashable, Sendable {
    /// The numeric user id.
    public var uid: UInt32
    /// The login that the id had when it was looked up; `nil` if no account bears it.
    public var user: String?

    /// Creates an account from its number and, if known, its login.
    public init(uid: UInt32, user: String? = nil) {
        self.uid = uid
        self.user = user
    }
}
