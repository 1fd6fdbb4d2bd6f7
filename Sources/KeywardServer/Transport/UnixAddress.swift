package import Glibc

/// The address of a Unix socket with a path (unix(7)).
package struct UnixAddress: Sendable {
    package let path: String
    private let address: sockaddr_un

    /// Throws if the kernel's 107 bytes cannot hold the path.
    package init(_ path: String) throws(SocketError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { throw .pathTooLong(path) }
        self.path = path
        self.address = address
    }

    /// Lends the address as the socket calls take it.
    package func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
