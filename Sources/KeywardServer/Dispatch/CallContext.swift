import KeywardCore
import KeywardProtocol

/// What a call knows beside its parameters.
struct CallContext: Sendable {
    let application: Application
    let socket: ServedSocket
    let peer: PeerCredentials
    let now: Instant
    let id: [UInt8]
    /// The connection, to send it more than the reply; `nil` within a batch.
    let address: Outlet.Address?
    let generator: any RandomNumberGenerator & Sendable
    /// Who accounts are.
    var accounts: any AccountDirectory
    /// Whether the caller's login is looked up, however lately it was.
    var isCallerCurrent = false

    init(
        _ application: Application, _ socket: ServedSocket, _ peer: PeerCredentials, id: [UInt8],
        address: Outlet.Address? = nil
    ) {
        self.application = application
        self.socket = socket
        self.peer = peer
        self.id = id
        self.address = address
        now = application.now()
        generator = application.generator
        accounts = application.authority.accounts
    }

    var authority: Authority { application.authority }
    var caller: Caller { application.caller(peer, isCurrent: isCallerCurrent) }

    func account(_ uid: UInt32) -> Account { Account(uid: uid, user: accounts.userName(of: uid)) }
}

/// The two sockets.
package enum ServedSocket: Sendable { case admin, verify }
