/// What an operator of a gateway should know.
package enum GatewayNotice: Hashable, Sendable, CaseIterable {
    case passedUnverified
    case unreachable, noConnection, timedOut, connectionLost, refusedByDaemon
    case missingTarget
    case foreignAccount
    case tooManyConnections

    init(_ reason: Unavailability) {
        switch reason {
        case .unreachable: self = .unreachable
        case .noConnection: self = .noConnection
        case .timeout: self = .timedOut
        case .lost: self = .connectionLost
        case .refused: self = .refusedByDaemon
        }
    }

    /// A sentence about `count` events since the last one.
    package func text(_ count: Int, socket: String) -> String {
        let requests = count == 1 ? "1 request" : "\(count) requests"
        return switch self {
        case .passedUnverified:
            "\(requests) passed without verification, because nothing listens at \(socket) and failOpen is true."
        case .unreachable:
            "\(requests) could not be verified: nothing listens at \(socket). Run: systemctl start keywardd"
        case .noConnection:
            "\(requests) could not be verified: no connection to \(socket). Is this account in the socket's group?"
        case .timedOut: "\(requests) could not be verified: the daemon did not answer in time."
        case .connectionLost: "\(requests) could not be verified: the connection to the daemon ended."
        case .refusedByDaemon: "\(requests) could not be verified: the daemon answered with an error."
        case .missingTarget:
            "\(requests) had no method or path in the place of this proxy. Compare its configuration with the example."
        case .foreignAccount:
            "\(count == 1 ? "1 connection" : "\(count) connections") came from accounts that allowUsers does not name."
        case .tooManyConnections:
            "\(count == 1 ? "1 connection was" : "\(count) connections were") closed: too many are open."
        }
    }
}
