package import Glibc

/// The address of a Unix socket with a path (unix(7)).
package struct UnixSocketAddress: Sendable {
    /// The longest path that fits into `sun_path` with its terminating zero.
    package static let longestPath = 107

    package let path: String
    private let address: sockaddr_un

    /// `nil` if the path is too long or has a zero byte.
    package init?(_ path: String) {
        guard path.utf8.count <= Self.longestPath, !path.utf8.contains(0) else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        self.path = path
        self.address = address
    }

    /// Lends the address in the form that the socket calls take.
    package func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
