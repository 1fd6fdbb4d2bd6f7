internal import Glibc
package import KeywardBase

/// The listening sockets of the screen: one port on both loopback addresses.
///
/// Browsers dial `[::1]` first for a name under `localhost`. A program of another account that listened there would
/// receive the link. So the screen has both addresses before it prints the link, or another port.
package struct LoopbackSockets: Sendable {
    package let port: UInt16
    /// They listen already; each belongs to the server that gets it.
    let descriptors: [Int32]

    private static let attempts = 64

    /// Binds `port` on both addresses, or with `nil` the first port that is free on both.
    package static func bind(port: UInt16?) throws(SystemCallError) -> LoopbackSockets {
        if let port { return try bindBoth(port) }
        var last = SystemCallError("bind", EADDRINUSE)
        for _ in 0..<attempts {
            do {
                return try bindBoth(0)
            } catch {
                guard error.number == EADDRINUSE else { throw error }
                last = error
            }
        }
        throw last
    }

    private static func bindBoth(_ wanted: UInt16) throws(SystemCallError) -> LoopbackSockets {
        var (port, descriptors): (UInt16, [Int32]) = (wanted, [])
        // Without IPv6 on this host nobody can listen on its address either.
        if let six = try socket6(port) {
            port = try localPort(of: six.number)
            descriptors.append(six.number)
            six.release()
        }
        do {
            let four = try socket4(port)
            port = try localPort(of: four.number)
            descriptors.append(four.number)
            four.release()
        } catch {
            descriptors.forEach { close($0) }
            throw error
        }
        return LoopbackSockets(port: port, descriptors: descriptors)
    }

    private static func socket6(_ port: UInt16) throws(SystemCallError) -> Descriptor? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        do {
            let socket = try make(AF_INET6)
            var on: Int32 = 1
            setsockopt(socket.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
            try bind(socket.number, &address)
            return socket
        } catch {
            if [EAFNOSUPPORT, EADDRNOTAVAIL].contains(error.number) { return nil }
            throw error
        }
    }

    private static func socket4(_ port: UInt16) throws(SystemCallError) -> Descriptor {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let socket = try make(AF_INET)
        try bind(socket.number, &address)
        return socket
    }

    private static func make(_ family: Int32) throws(SystemCallError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let made = try Descriptor(socket(family, type, 0), from: "socket")
        // A given port is free at once after its last screen has ended.
        var on: Int32 = 1
        setsockopt(made.number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        return made
    }

    private static func bind<Address>(_ socket: Int32, _ address: inout Address) throws(SystemCallError) {
        let size = socklen_t(MemoryLayout<Address>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(socket, $0, size) }
        }
        if result != 0 { throw SystemCallError("bind", errno) }
        // A socket that listens keeps its port from every other one. A bound one with SO_REUSEADDR does not.
        if listen(socket, 128) != 0 { throw SystemCallError("listen", errno) }
    }

    private static func localPort(of socket: Int32) throws(SystemCallError) -> UInt16 {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        if result != 0 { throw SystemCallError("getsockname", errno) }
        // The port is at the same offset in both families.
        return UInt16(bigEndian: address.sin6_port)
    }
}
