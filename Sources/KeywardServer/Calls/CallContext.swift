import KeywardCore
import KeywardProtocol

/// The context of a call, apart from its parameters.
struct CallContext: Sendable {
    let services: CallServices
    let socket: ServedSocket
    let peer: PeerCredentials
    let now: Instant
    let id: [UInt8]
    /// The connection, for more lines than the reply; `nil` within a batch.
    let address: PushChannel.Address?
    /// The client that waits for the reply, if it is known.
    let requester: Requester?
    let generator: any RandomNumberGenerator & Sendable
    /// The source of account names.
    var accounts: any AccountDirectory
    /// Whether to look up the caller's login again, however recent the last look-up was.
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

    /// Whether reads continue: not while the daemon shuts down, because nobody waits for them then.
    var readsGoOn: Bool { !services.reads.isClosed }

    /// Whether a long read should continue; it asks between its steps.
    var goesOn: Bool { readsGoOn && requester?.isGone != true }

    var authority: Authority { services.authority }
    var parts: DaemonParts { services.parts }
    var caller: Caller { services.callers.caller(peer, isCurrent: isCallerCurrent) }

    /// A reference that ``ParameterCheck/key(_:in:)`` has accepted.
    func reference(_ key: String) -> KeyReference { KeyReference(key) ?? .name("") }

    func account(_ uid: UInt32) -> Account { Account(uid: uid, user: accounts.userName(of: uid)) }

    func describe(_ view: KeyView) -> Key { Key(view, accounts: accounts) }

    /// The members, each with whether its grant is void. It waits for the name services.
    func describe(_ grants: [Grant]) -> [Member] {
        let roles = Roles(directory: authority.directory, accounts: accounts)
        return grants.map { Member($0, isVoid: roles.isVoid($0.principal)) }
    }
}
