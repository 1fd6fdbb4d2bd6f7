/// The accounts of the host's name services. A look-up may take long: never call it on an event loop.
package protocol AccountDirectory: Sendable {
    /// The login of a uid. It may be up to a minute old.
    func userName(of uid: UInt32) -> String?
    /// The current login of a uid. Audit entries and remedies must not name another account.
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
