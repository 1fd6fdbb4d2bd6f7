/// The process at the other end of a socket, as the kernel reported it when the connection was accepted.
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

    /// Whether `id` is the primary or a supplementary group of the peer.
    package func isInGroup(_ id: UInt32) -> Bool {
        gid == id || groups.contains(id)
    }
}
