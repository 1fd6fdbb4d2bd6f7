import CLinux
import Glibc
package import KeywardCore

extension PeerCredentials {
    /// Reads the peer credentials from the kernel (unix(7)): SO_PEERCRED, and SO_PEERGROUPS, which omits the primary
    /// group.
    ///
    /// `nil` if that fails: such a connection is not served.
    package init?(ofSocket descriptor: Int32) {
        var peer = clinux_ucred()
        var size = socklen_t(MemoryLayout<clinux_ucred>.size)
        guard getsockopt(descriptor, SOL_SOCKET, clinux_so_peercred, &peer, &size) == 0 else { return nil }
        guard let groups = Self.groups(ofSocket: descriptor) else { return nil }
        self.init(uid: peer.uid, gid: peer.gid, pid: peer.pid, groups: groups)
    }

    private static func groups(ofSocket descriptor: Int32) -> [UInt32]? {
        var capacity = 32
        while capacity <= 65_536 {
            var groups = [UInt32](repeating: 0, count: capacity)
            var size = socklen_t(capacity * MemoryLayout<UInt32>.stride)
            if getsockopt(descriptor, SOL_SOCKET, clinux_so_peergroups, &groups, &size) == 0 {
                return Array(groups.prefix(Int(size) / MemoryLayout<UInt32>.stride))
            }
            guard errno == ERANGE else { return nil }
            capacity = max(capacity * 2, Int(size) / MemoryLayout<UInt32>.stride)
        }
        return nil
    }
}
