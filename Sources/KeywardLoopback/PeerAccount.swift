internal import CLinux
internal import Glibc
package import KeywardBase

/// Finds the account at the other end of a connection on this host (sock_diag(7)).
///
/// Every local account can connect to a loopback port. TCP has no peer credentials, but the kernel reports the owner
/// of each socket, so the screen looks up the peer's.
package struct PeerAccount: ~Copyable, Sendable {
    private let socket: Descriptor

    package init() throws(SystemCallError) {
        socket = try Descriptor(
            Glibc.socket(
                AF_NETLINK, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), Int32(NETLINK_SOCK_DIAG)),
            from: "socket")
        var wait = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    }

    /// An end of a connection.
    package struct End: Hashable, Sendable {
        /// 4 or 16 bytes.
        package var address: [UInt8]
        package var port: UInt16

        package init(address: [UInt8], port: UInt16) {
            (self.address, self.port) = (address, port)
        }
    }

    /// The owner of the established socket from `peer` to `own`; `nil` if there is none.
    package borrowing func uid(of peer: End, connectedTo own: End) -> UInt32? {
        guard peer.address.count == own.address.count, send(request(peer, own)) else { return nil }
        var reply = [UInt8](repeating: 0, count: 4_096)
        let count = recv(socket.number, &reply, reply.count, 0)
        guard count > 0 else { return nil }
        return reply.withUnsafeBytes { Self.uid(in: UnsafeRawBufferPointer(rebasing: $0[..<count]), peer, own) }
    }

    private struct Request {
        var header = nlmsghdr()
        var body = inet_diag_req_v2()
    }

    private borrowing func request(_ peer: End, _ own: End) -> Request {
        var request = Request()
        request.header.nlmsg_len = UInt32(MemoryLayout<Request>.size)
        request.header.nlmsg_type = UInt16(SOCK_DIAG_BY_FAMILY)
        request.header.nlmsg_flags = UInt16(NLM_F_REQUEST)
        request.body.sdiag_family = UInt8(peer.address.count == 4 ? AF_INET : AF_INET6)
        request.body.sdiag_protocol = UInt8(IPPROTO_TCP)
        request.body.idiag_states = .max
        request.body.id.idiag_sport = peer.port.bigEndian
        request.body.id.idiag_dport = own.port.bigEndian
        withUnsafeMutableBytes(of: &request.body.id.idiag_src) { $0.copyBytes(from: peer.address) }
        withUnsafeMutableBytes(of: &request.body.id.idiag_dst) { $0.copyBytes(from: own.address) }
        // Any cookie: INET_DIAG_NOCOOKIE.
        request.body.id.idiag_cookie = (.max, .max)
        return request
    }

    private borrowing func send(_ request: Request) -> Bool {
        withUnsafeBytes(of: request) { Glibc.send(socket.number, $0.baseAddress, $0.count, 0) == $0.count }
    }

    /// The uid of a reply about exactly this connection. The kernel may answer with a listening socket instead.
    private static func uid(in reply: UnsafeRawBufferPointer, _ peer: End, _ own: End) -> UInt32? {
        let start = MemoryLayout<nlmsghdr>.size
        guard reply.count >= start + MemoryLayout<inet_diag_msg>.size,
            reply.loadUnaligned(as: nlmsghdr.self).nlmsg_type == UInt16(SOCK_DIAG_BY_FAMILY)
        else { return nil }
        let message = reply.loadUnaligned(fromByteOffset: start, as: inet_diag_msg.self)
        guard message.idiag_state == established, message.id.idiag_sport == peer.port.bigEndian,
            message.id.idiag_dport == own.port.bigEndian
        else { return nil }
        return message.idiag_uid
    }

    /// TCP_ESTABLISHED of the kernel's tcp_states.h.
    private static let established: UInt8 = 1
}
