import KeywardCore
import Synchronization

/// The event loops of one socket: where a new connection goes, and how those that are there are shared out.
final class LoopGroup: Sendable {
    private struct State: Sendable {
        var spread: any ConnectionSpread
        var hasEnded = false
    }

    let mailboxes: [Mailbox]
    /// How long a loop gathers what it notes, in milliseconds; `nil` if it need not.
    let window: Int64?
    private let state: Mutex<State>

    init(_ mailboxes: [Mailbox], spread: some ConnectionSpread) {
        self.mailboxes = mailboxes
        window = mailboxes.count > 1 ? spread.window : nil
        state = Mutex(State(spread: spread))
    }

    /// Gives a new connection to the serving loop that has the fewest.
    func deal(_ descriptor: Int32, _ peer: PeerCredentials, refusal: [UInt8]?) {
        let serving = state.withLock { $0.spread.serving }
        let emptiest = Self.emptiest(of: mailboxes.prefix(serving))
        emptiest?.load.add(1, ordering: .relaxed)
        emptiest?.post(.accepted(descriptor: descriptor, peer: peer, refusal: refusal))
    }

    /// The loop with the fewest connections.
    static func emptiest(of mailboxes: some Sequence<Mailbox>) -> Mailbox? {
        mailboxes.min { $0.load.load(ordering: .relaxed) < $1.load.load(ordering: .relaxed) }
    }

    /// Takes what a loop did; which connections it is to give away.
    func note(_ sample: LoopSample, of loop: Int) -> Move? {
        state.withLock { $0.hasEnded ? nil : $0.spread.note(sample, of: loop) }
    }

    /// Moves a connection to another loop; false if no more are moved. Once ``end()`` has returned, whatever was moved
    /// is in the mailbox of its new loop.
    func move(_ descriptor: Int32, _ peer: PeerCredentials, _ rest: ConnectionAtRest, to loop: Int) -> Bool {
        state.withLock { state in
            guard !state.hasEnded else { return false }
            mailboxes[loop].load.add(1, ordering: .relaxed)
            mailboxes[loop].post(.moved(descriptor: descriptor, peer: peer, rest))
            return true
        }
    }

    /// Moves no connection any more.
    func end() {
        state.withLock { $0.hasEnded = true }
    }
}
