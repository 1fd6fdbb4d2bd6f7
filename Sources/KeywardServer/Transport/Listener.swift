package import Glibc
import KeywardBase
import Synchronization

/// A listening Unix stream socket: created at a path, or inherited.
package struct Listener: ~Copyable, Sendable {
    let socket: Descriptor
    /// Its location, if it was created here: an inherited socket is never removed.
    private let place: Place?

    /// Creates a socket at `path`, for its owner only or with the permissions `mode`, and listens on it.
    ///
    /// It replaces a socket that has no listener. The permissions come from the umask, which belongs to the whole
    /// process, so that the path never has wider permissions: call this before other threads create files.
    package init(path: String, mode: mode_t = 0o600, backlog: Int32 = 512) throws(SocketError) {
        socket = try Self.listening(at: path, mode, backlog)
        place = Place(path)
    }

    /// Listeners that are created concurrently must not restore each other's umask.
    private static let umaskInUse = Mutex(())

    private static func listening(at path: String, _ mode: mode_t, _ backlog: Int32) throws(SocketError) -> Descriptor {
        guard let address = UnixSocketAddress(path) else { throw .pathTooLong(path) }
        try clear(address)
        let socket = try open()
        let number = socket.number
        let (bound, failure) = umaskInUse.withLock { _ in
            let mask = umask(~mode & 0o777)
            let bound = address.withPointer { bind(number, $0, $1) }
            let failure = errno
            umask(mask)
            return (bound, failure)
        }
        if bound != 0 { throw failure == EADDRINUSE ? .inUse(path) : .system(call: "bind", errno: failure) }
        if listen(number, backlog) != 0 { throw .system(call: "listen", errno: errno) }
        return socket
    }

    /// Takes ownership of a listening descriptor from a service manager.
    package init(inherited number: Int32) throws(SocketError) {
        guard Self.option(SO_ACCEPTCONN, of: number) == 1, Self.option(SO_DOMAIN, of: number) == AF_UNIX,
            Self.option(SO_TYPE, of: number) == Int32(SOCK_STREAM.rawValue)
        else { throw .notAListener(number) }
        let flags = fcntl(number, F_GETFL)
        if flags < 0 || fcntl(number, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(number, F_SETFD, FD_CLOEXEC) != 0 {
            throw .system(call: "fcntl", errno: errno)
        }
        socket = Descriptor(owning: number)
        place = nil
    }

    /// Whether it was created here.
    var isOwn: Bool { place != nil }

    /// Removes the socket from the file system, if it was created here and not replaced.
    func withdraw() {
        place?.remove()
    }

    private static var kind: Int32 {
        Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    }

    private static func open() throws(SocketError) -> Descriptor {
        try SocketError.translating { () throws(SystemCallError) in
            try Descriptor(Glibc.socket(AF_UNIX, kind, 0), from: "socket")
        }
    }

    private static func option(_ name: Int32, of number: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(number, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    /// Removes a dead socket; throws if the path has a live one or anything else.
    private static func clear(_ address: UnixSocketAddress) throws(SocketError) {
        var status = stat()
        if lstat(address.path, &status) != 0 {
            if errno == ENOENT { return }
            throw .system(call: "lstat \(address.path)", errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .occupied(address.path) }
        let probe = try open()
        let connected = address.withPointer { connect(probe.number, $0, $1) }
        guard connected != 0, errno == ECONNREFUSED else { throw .inUse(address.path) }
        if unlink(address.path) != 0 { throw .system(call: "unlink \(address.path)", errno: errno) }
    }

    /// A path, and the identity of the file created there.
    private struct Place {
        let path: String
        let device: dev_t
        let file: ino_t

        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            (self.path, device, file) = (path, status.st_dev, status.st_ino)
        }

        func remove() {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == file else { return }
            unlink(path)
        }
    }
}
