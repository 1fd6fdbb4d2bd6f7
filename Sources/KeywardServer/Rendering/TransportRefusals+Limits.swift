import KeywardBase
import KeywardProtocol

extension TransportRefusals {
    /// The lines for a socket with these limits.
    package init(_ limits: SocketLimits) {
        self.init(
            lineTooLong: Self.line(
                RPCError(
                    .lineTooLong, "A line has at most \(limits.lineBytes) bytes here.",
                    data: RPCError.Facts(limit: limits.lineBytes))),
            tooManyConnections: Self.line(
                RPCError(
                    .limitExceeded,
                    "This socket has \(limits.connections) connections, its limit. Try again later.",
                    data: RPCError.Facts(limit: limits.connections))),
            tooManyConnectionsOfUser: Self.line(
                RPCError(
                    .limitExceeded,
                    "Your account has \(limits.connectionsPerUser) connections here, its limit. Keep one open and "
                        + "use it for many calls.",
                    data: RPCError.Facts(limit: limits.connectionsPerUser))),
            shuttingDown: Self.line(.shuttingDown))
    }

    private static func line(_ error: RPCError) -> [UInt8] {
        var buffer = ByteBuffer()
        Reply.appendError(error, id: nil, into: &buffer)
        return buffer.withUnsafeBytes { Array($0) }
    }
}
