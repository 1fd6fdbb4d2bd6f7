/// The technical owner of a key, who must be informed before it changes. At least one member is set.
public struct Owner: Codable, Hashable, Sendable {
    /// A person's or a team's name; 1 to 128 characters.
    public var name: String?
    /// How to reach the owner (an address, a channel, a number); 1 to 128 characters.
    public var contact: String?
    /// A Unix account or group, `user:NAME`, `group:NAME`, `uid:N` or `gid:N`, that can confirm a rotation.
    public var principal: String?

    public init(name: String? = nil, contact: String? = nil, principal: String? = nil) {
        self.name = name
        self.contact = contact
        self.principal = principal
    }
}
