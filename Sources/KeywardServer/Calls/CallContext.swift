import KeywardCore
import KeywardProtocol

/// What a call knows beside its parameters.
struct CallContext: Sendable {
    let services: CallServices
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
        _ services: CallServices, _ socket: ServedSocket, _ peer: PeerCredentials, id: [UInt8],
        address: PushChannel.Address? = nil, requester: Requester? = nil
    ) {
        self.services = services
        self.socket = socket
        self.peer = peer
        self.id = id
        self.address = address
        self.requester = requester
        now = services.now()
        generator = services.generator
        accounts = services.authority.accounts
    }

    /// Whether reads go on: not once the daemon ends, for nobody waits for them then.
    var readsGoOn: Bool { !services.reads.isClosed }

    /// Whether a long read is to go on; it asks between its steps.
    var goesOn: Bool { readsGoOn && requester?.isGone != true }

    var authority: Authority { services.authority }
    var parts: DaemonParts { services.parts }
    var caller: Caller { services.callers.caller(peer, isCurrent: isCallerCurrent) }

    /// A reference that ``ParameterCheck/key(_:in:)`` has let through.
    func reference(_ key: String) -> KeyReference { KeyReference(key) ?? .name("") }

    func account(_ uid: UInt32) -> Account { Account(uid: uid, user: accounts.userName(of: uid)) }

    func describe(_ view: KeyView) -> Key { Key(view, accounts: accounts) }

    /// The members, each with a look at whether its grant still means somebody. It waits for the name services.
    func describe(_ grants: [Grant]) -> [Member] {
        let roles = Roles(directory: authority.directory, accounts: accounts)
        return grants.map { Member($0, isVoid: roles.isVoid($0.principal)) }
    }
}
