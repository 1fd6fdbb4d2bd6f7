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
    let address: PushChannel.Address?
    /// Who waits for the reply, if that is known.
    let requester: Requester?
    let generator: any RandomNumberGenerator & Sendable
    /// Who accounts are.
    var accounts: any AccountDirectory
    /// Whether the caller's login is looked up, however lately it was.
    var isCallerCurrent = false

    init(
        _ application: Application, _ socket: ServedSocket, _ peer: PeerCredentials, id: [UInt8],
        address: PushChannel.Address? = nil, requester: Requester? = nil
    ) {
        self.application = application
        self.socket = socket
        self.peer = peer
        self.id = id
        self.address = address
        self.requester = requester
        now = application.now()
        generator = application.generator
        accounts = application.authority.accounts
    }

    /// Whether a long read is to go on; it asks between its steps.
    var goesOn: Bool { application.readsGoOn && requester?.isGone != true }

    var authority: Authority { application.authority }
    var caller: Caller { application.caller(peer, isCurrent: isCallerCurrent) }

    func account(_ uid: UInt32) -> Account { Account(uid: uid, user: accounts.userName(of: uid)) }
}

/// The two sockets.
package enum ServedSocket: Sendable { case admin, verify }
