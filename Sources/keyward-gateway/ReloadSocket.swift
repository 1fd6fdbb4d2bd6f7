internal import Glibc
internal import KeywardBase

/// The socket at which a gateway answers a reload, because a signal has no answer. A connection is a request.
struct ReloadSocket: Sendable {
    private let address: UnixSocketAddress

    /// How long the one who asks waits, in seconds.
    private static let patience = 30

    /// The socket that the units give the gateway of a site.
    static func path(of site: String) -> String { "/run/keyward-gateway-reload/\(site)/socket" }

    init(_ path: String) throws(GatewayFault) {
        guard let address = UnixSocketAddress(path) else {
            throw GatewayFault("The path of the reload socket is too long: \(path)", .usage)
        }
        self.address = address
    }

    /// Makes the socket, only for this account and root, and answers each connection with the outcome of `reload`.
    func serve(_ reload: @escaping @Sendable () -> ReloadOutcome) throws(GatewayFault) {
        do throws(SystemCallError) {
            let listener = try Self.socket()
            unlink(address.path)
            guard address.withPointer({ bind(listener.number, $0, $1) }) == 0 else {
                throw SystemCallError("bind", errno)
            }
            // Before it listens nobody can connect.
            guard chmod(address.path, 0o600) == 0, listen(listener.number, 16) == 0 else {
                throw SystemCallError("listen", errno)
            }
            let number = listener.number
            try NamedThread("reload") { Self.answer(number, reload) }.detach()
            listener.release()
        } catch {
            throw GatewayFault("The socket \(address.path) cannot be made: \(error).", .system)
        }
    }

    /// Has the gateway at the socket read its file again.
    func ask() throws(GatewayFault) -> ReloadOutcome {
        do throws(SystemCallError) {
            let connection = try Self.socket()
            var wait = timeval(tv_sec: Self.patience, tv_usec: 0)
            setsockopt(connection.number, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            guard address.withPointer({ connect(connection.number, $0, $1) }) == 0 else {
                throw SystemCallError("connect", errno)
            }
            if let outcome = ReloadOutcome(bytes: Self.rest(of: connection.number)) { return outcome }
        } catch {
            throw GatewayFault(
                "No gateway answers at \(address.path): \(error). Does the service run?", .system)
        }
        throw GatewayFault("The gateway at \(address.path) did not say what became of the reload.", .system)
    }

    private static func socket() throws(SystemCallError) -> Descriptor {
        try Descriptor(
            Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0), from: "socket")
    }

    private static func answer(_ listener: Int32, _ reload: () -> ReloadOutcome) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else {
                // Without a free descriptor the next call would fail at once.
                if errno == EMFILE || errno == ENFILE { poll(nil, 0, 100) }
                continue
            }
            let bytes = reload().bytes
            _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            close(connection)
        }
    }

    private static func rest(of connection: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(connection, &part, part.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : [] }
            bytes += part.prefix(count)
        }
    }
}
