/// The stored facts of a workspace.
package struct WorkspaceRecord: Hashable, Sendable {
    package var number: Int64
    package var name: String
    /// A name in the plan catalogue.
    package var plan: String
    /// The tag of new keys.
    package var tag: String
    package var createdAt: Instant

    package init(number: Int64, name: String, plan: String, tag: String, createdAt: Instant) {
        self.number = number
        self.name = name
        self.plan = plan
        self.tag = tag
        self.createdAt = createdAt
    }
}

/// What a Unix user or group may do in a workspace. There is one for each principal and workspace.
package struct Grant: Hashable, Sendable {
    package var workspace: Int64
    package var principal: Principal
    /// `nil` if the member only verifies.
    package var role: Role?
    /// Whether it may verify the workspace's keys. Where one may, all others may not: the workspace is closed.
    package var isVerifier: Bool
    package var grantedAt: Instant
    package var grantedBy: Actor

    package init(
        workspace: Int64, principal: Principal, role: Role?, isVerifier: Bool = false, grantedAt: Instant,
        grantedBy: Actor
    ) {
        self.workspace = workspace
        self.principal = principal
        self.role = role
        self.isVerifier = isVerifier
        self.grantedAt = grantedAt
        self.grantedBy = grantedBy
    }
}

/// The role of a member; an admin can do everything a viewer can.
package enum Role: String, Sendable, Comparable {
    case viewer, admin

    package static func < (left: Role, right: Role) -> Bool { left == .viewer && right == .admin }
}

/// A Unix user or group, by number and, if the grant named it, by name.
package struct Principal: Hashable, Sendable {
    package enum Kind: String, Sendable { case user, group }

    package var kind: Kind
    /// The name in the grant; `nil` if it has a number. Void once the name means another number.
    package var name: String?
    package var id: UInt32

    package init(kind: Kind, name: String?, id: UInt32) {
        self.kind = kind
        self.name = name
        self.id = id
    }

    /// Whether `peer` has the number. The name is not looked up.
    package func isNumber(of peer: PeerCredentials) -> Bool {
        switch kind {
        case .user: peer.uid == id
        case .group: peer.isInGroup(id)
        }
    }

    /// The text of the grant: `user:NAME`, `group:NAME`, `uid:N` or `gid:N`.
    package var text: String {
        switch (kind, name) {
        case (.user, let name?): "user:\(name)"
        case (.group, let name?): "group:\(name)"
        case (.user, nil): "uid:\(id)"
        case (.group, nil): "gid:\(id)"
        }
    }
}
