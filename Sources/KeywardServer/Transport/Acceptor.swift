import CLinux
import Glibc
import KeywardCore
import Synchronization

/// Accepts the connections of one socket, on a thread of its own, and deals each to the loop that has the fewest:
/// several loops that wait on one listening socket would balance badly.
struct Acceptor: Sendable {
    /// How long it leaves the socket alone when the process has no descriptor left, in milliseconds.
    private static var pause: Int32 { 100 }

    let socket: Int32
    /// Whether connections that still wait when it is stopped are taken: nobody else will.
    let takesLast: Bool
    let orders: AcceptorOrders
    let quota: ConnectionQuota
    let mailboxes: [Mailbox]

    /// Accepts until it is stopped.
    func run() {
        var isPaused = false
        while true {
            var waits = [
                pollfd(fd: orders.wake.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            ]
            poll(&waits, isPaused ? 1 : 2, isPaused ? Self.pause : -1)
            if waits[0].revents != 0, orders.obey() { break }
            isPaused = !acceptAll()
        }
        if takesLast { _ = acceptAll() }
    }

    /// Accepts what waits; false if there is no descriptor or memory for it.
    private func acceptAll() -> Bool {
        while true {
            let descriptor = clinux_accept(socket)
            if descriptor >= 0 {
                deal(descriptor)
                continue
            }
            switch errno {
            case EINTR, ECONNABORTED, EPERM: continue
            case EAGAIN: return true
            default: return false
            }
        }
    }

    /// The loop with the fewest connections.
    static func emptiest(of mailboxes: [Mailbox]) -> Mailbox? {
        mailboxes.min { $0.load.load(ordering: .relaxed) < $1.load.load(ordering: .relaxed) }
    }

    private func deal(_ descriptor: Int32) {
        guard let peer = PeerCredentials(ofSocket: descriptor) else {
            close(descriptor)
            return
        }
        let refusal: [UInt8]?
        switch quota.admit(peer.uid) {
        case .admitted: refusal = nil
        case .socketFull: refusal = orders.refusals.tooManyConnections
        case .userFull: refusal = orders.refusals.tooManyConnectionsOfUser
        case .dropped:
            close(descriptor)
            return
        }
        let emptiest = Self.emptiest(of: mailboxes)
        emptiest?.load.add(1, ordering: .relaxed)
        emptiest?.post(.accepted(descriptor: descriptor, peer: peer, refusal: refusal))
    }
}

/// What other threads tell an acceptor.
final class AcceptorOrders: Sendable {
    private struct State: Sendable {
        var stops = false
        var calls: [@Sendable () -> Void] = []
        var refusals: TransportRefusals
    }

    let wake: WakeUp
    private let state: Mutex<State>

    init(_ refusals: TransportRefusals) throws(SocketError) {
        wake = try WakeUp()
        state = Mutex(State(refusals: refusals))
    }

    /// What is said to connections that are refused.
    var refusals: TransportRefusals {
        get { state.withLock { $0.refusals } }
        set { state.withLock { $0.refusals = newValue } }
    }

    /// Ends it, for good.
    func stop() {
        state.withLock { $0.stops = true }
        wake.signal()
    }

    /// Asks for a sign of life.
    func call(_ answer: @escaping @Sendable () -> Void) {
        state.withLock { $0.calls.append(answer) }
        wake.signal()
    }

    /// Answers all calls; whether the acceptor is to end. For the acceptor itself.
    func obey() -> Bool {
        wake.clear()
        let (calls, stops) = state.withLock { state in
            defer { state.calls = [] }
            return (state.calls, state.stops)
        }
        calls.forEach { $0() }
        return stops
    }
}
