/// The host's accounts and groups (`getpwnam_r(3)`, `getgrnam_r(3)`).
///
/// A look-up may ask a directory service and take its time: never on an event loop.
package protocol AccountDirectory: Sendable {
    /// The login of `uid`; `nil` if no account bears the number.
    func userName(of uid: UInt32) -> String?
    /// The number of the account with this login.
    func userID(named name: String) -> UInt32?
    /// The number of the group with this name.
    func groupID(named name: String) -> UInt32?
    /// The logins and the full names of the human accounts.
    func humanNames() -> [String]
}
