/// The host's accounts, as its name services know them. A look-up may take long: never on an event loop.
package protocol AccountDirectory: Sendable {
    /// The login of a uid.
    func userName(of uid: UInt32) -> String?
    /// The uid of a login.
    func userID(named name: String) -> UInt32?
    /// The gid of a group's name.
    func groupID(named name: String) -> UInt32?
    /// The logins and full names of people, for the naming policy.
    func humanNames() -> [String]
}
