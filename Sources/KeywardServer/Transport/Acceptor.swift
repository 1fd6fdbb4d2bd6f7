import CLinux
import Glibc
import KeywardBase
import KeywardCore
import Synchronization

/// Accepts the connections of one socket, on a thread of its own, and gives each to an event loop: several loops that
/// wait on one listening socket would balance badly.
///
/// When many connect at once it rests after some of them, so that those who are connected have the cores meanwhile.
/// The kernel keeps the others waiting in the socket's queue.
struct Acceptor: Sendable {
    /// How many it accepts before it rests.
    static var together: Int { 16 }
    /// How long it rests, in milliseconds.
    private static var rest: Int32 { 1 }
    /// How long it leaves the socket alone when the process has no descriptor left, in milliseconds.
    private static var pause: Int32 { 100 }

    enum Outcome {
        /// Nobody waits any more.
        case all
        /// Others may wait.
        case some
        /// There is no descriptor or memory for those who wait.
        case outOfResources
    }

    let socket: Int32
    /// Whether connections that still wait when it is stopped are taken: nobody else will.
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

    /// Accepts those who wait, or the first of them.
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

/// What other threads tell an acceptor.
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
