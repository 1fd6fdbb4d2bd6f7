/// Keyward for services: asks the daemon of this host whether a key is valid now.
///
/// ```swift
/// let keyward = try KeywardClient()
/// let answer = try await keyward.verify(presented, scopes: ["orders:read"])
/// guard answer.valid else { return .unauthorized }
/// ```
///
/// One client per process is enough: it multiplexes the calls of any number of tasks on one connection. When the daemon
/// restarts, calls wait for it within their deadlines. Verifications and reads in flight are repeated, changes are not.
/// Nothing is cached, so a revoked key is refused at once.
///
/// Calls throw ``KeywardError``. A cancelled task's call ends with `cancelled`. A process that forks must create a
/// client in each child. There a client from before the fork throws `forked`, because its connection belongs to the
/// parent.
public final class KeywardClient: Sendable {
    let link: SharedConnection
    let timeout: Duration

    /// Creates a client of the daemon's socket at `path`. It connects when the first call is made.
    ///
    /// - Parameters:
    ///   - path: At most 107 bytes; by default the verify socket, which every member of the group `keyward-verify` can
    ///     use. Administration needs the admin socket: `SocketPath.admin.resolve()`.
    ///   - timeout: How long a call may take, waiting for a connection included.
    /// - Throws: `unreachable` when the process cannot have another thread or socket.
    public init(
        socket path: String = SocketPath.verify.resolve(), timeout: Duration = .seconds(5)
    ) throws(KeywardError) {
        link = try SharedConnection.start(path: path)
        self.timeout = timeout
    }

    deinit {
        link.stop()
    }

    /// Closes the connection. Calls in flight, and all later ones, throw `closed`.
    public func close() {
        link.stop()
    }

    /// Calls a method of the protocol.
    package func call<M: Method>(
        _ method: M.Type, _ params: M.Params, timeout: Duration? = nil
    ) async throws(KeywardError) -> M.Result {
        let deadline = ContinuousClock.now + (timeout ?? self.timeout)
        let result = try await link.exchange(method, params, deadline: deadline)
        return try Answer<M.Result>(result, of: M.name).value
    }
}
