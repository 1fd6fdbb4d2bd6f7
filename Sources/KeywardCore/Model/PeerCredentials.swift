/// Who is at the other end of a socket, as the kernel told when the connection was accepted.
package struct PeerCredentials: Hashable, Sendable {
    package var uid: UInt32
    /// The primary group.
    package var gid: UInt32
    package var pid: Int32
    /// The supplementary groups, without the primary one.
    package var groups: [UInt32]

    package init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32]) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.groups = groups
    }

    /// Whether the peer is in group `id`, as its primary or as a supplementary one.
    package func isInGroup(_ id: UInt32) -> Bool {
        gid == id || groups.contains(id)
    }
}
