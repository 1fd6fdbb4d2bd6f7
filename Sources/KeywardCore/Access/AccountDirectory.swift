/// The host's accounts, as its name services know them. A look-up may take long: never on an event loop.
package protocol AccountDirectory: Sendable {
    /// The login of a uid. It may be one that was looked up within the last minute.
    func userName(of uid: UInt32) -> String?
    /// The login that a uid has now: what an entry of the audit trail and a remedy name must not be somebody else.
    func currentUserName(of uid: UInt32) -> String?
    /// The uid of a login.
    func userID(named name: String) -> UInt32?
    /// The gid of a group's name.
    func groupID(named name: String) -> UInt32?
    /// Whether a group has this gid.
    func hasGroup(_ gid: UInt32) -> Bool
    /// The logins and full names of people, for the naming policy.
    func humanNames() -> [String]
}
