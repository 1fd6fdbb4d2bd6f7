package import Glibc
import KeywardBase
import Synchronization

/// A listening Unix stream socket: one that it made at a path, or one that it inherited.
package struct Listener: ~Copyable, Sendable {
    let socket: Descriptor
    /// Where it is, if it was made here: what is not its own it never removes.
    private let place: Place?

    /// Makes a socket at `path`, for the owner alone or with the permissions that `mode` gives, and listens on it.
    ///
    /// It replaces a socket that nobody listens on. The permissions come from the umask, which belongs to the whole
    /// process, so that the path is at no time more open than they say: call this before other threads make files.
    package init(path: String, mode: mode_t = 0o600, backlog: Int32 = 512) throws(SocketError) {
        socket = try Self.listening(at: path, mode, backlog)
        place = Place(path)
    }

    /// Listeners that are made at the same time must not restore each other's umask.
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

    /// Takes over a descriptor that a service manager listens on.
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

    /// Whether it was made here.
    var isOwn: Bool { place != nil }

    /// Removes the socket from the file system, if it was made here and has not been replaced.
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

    /// Removes a dead socket; throws if the path is taken by a live one or by anything else.
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

    /// A path, and the very file that was made there.
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
