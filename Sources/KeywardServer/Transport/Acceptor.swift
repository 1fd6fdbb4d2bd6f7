import CLinux
import Glibc
import KeywardBase
import KeywardCore
import Synchronization

/// Accepts the connections of one socket on its own thread, and passes each to an event loop. Several loops that wait
/// on one listening socket would be balanced badly.
///
/// When many clients connect at once, it pauses after some of them, so that connected clients get the cores meanwhile.
/// The kernel keeps the others waiting in the socket's queue.
struct Acceptor: Sendable {
    /// The number of accepts before a pause.
    static var together: Int { 16 }
    /// The length of the pause, in milliseconds.
    private static var rest: Int32 { 1 }
    /// How long it ignores the socket when the process has no free descriptor, in milliseconds.
    private static var pause: Int32 { 100 }

    enum Outcome {
        /// No client waits any more.
        case all
        /// More clients may wait.
        case some
        /// There is no descriptor or memory for waiting clients.
        case outOfResources
    }

    let socket: Int32
    /// Whether to accept the waiting connections when it is stopped, because no other process will.
    let takesLast: Bool
    let orders: AcceptorOrders
    let quota: ConnectionQuota
    let group: LoopGroup

    /// Accepts until it is stopped.
    func run() {
        var last = Outcome.all
        while true {
            var waits = [
                pollfd(fd: orders.wake.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            ]
            switch last {
            case .all: poll(&waits, 2, -1)
            case .some: poll(&waits, 1, Self.rest)
            case .outOfResources: poll(&waits, 1, Self.pause)
            }
            if waits[0].revents != 0, orders.obey() { break }
            last = acceptSome()
        }
        while takesLast, acceptSome() == .some {}
    }

    /// Accepts the waiting clients, or the first of them.
    func acceptSome() -> Outcome {
        for _ in 0..<Self.together {
            let descriptor = clinux_accept(socket)
            if descriptor >= 0 {
                deal(descriptor)
                continue
            }
            switch errno {
            case EINTR, ECONNABORTED, EPERM: continue
            case EAGAIN: return .all
            default: return .outOfResources
            }
        }
        return .some
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
        group.deal(descriptor, peer, refusal: refusal)
    }
}

/// Messages from other threads to an acceptor.
final class AcceptorOrders: Sendable {
    private struct State: Sendable {
        var stops = false
        var calls: [@Sendable () -> Void] = []
        var refusals: TransportRefusals
    }

    let wake: Wakeup
    private let state: Mutex<State>

    init(_ refusals: TransportRefusals) throws(SocketError) {
        wake = try SocketError.translating { () throws(SystemCallError) in try Wakeup() }
        state = Mutex(State(refusals: refusals))
    }

    /// The replies to refused connections.
    var refusals: TransportRefusals {
        get { state.withLock { $0.refusals } }
        set { state.withLock { $0.refusals = newValue } }
    }

    /// Stops it permanently.
    func stop() {
        state.withLock { $0.stops = true }
        wake.signal()
    }

    /// Requests a sign of life.
    func call(_ answer: @escaping @Sendable () -> Void) {
        state.withLock { $0.calls.append(answer) }
        wake.signal()
    }

    /// Answers all calls. Returns whether the acceptor must stop. Only for the acceptor itself.
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
