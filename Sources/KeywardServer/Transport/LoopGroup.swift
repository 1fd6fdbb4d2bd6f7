import KeywardCore
import Synchronization

/// The event loops of one socket: the loop for a new connection, and the distribution of existing ones.
final class LoopGroup: Sendable {
    private struct State: Sendable {
        var spread: any ConnectionSpread
        var hasEnded = false
    }

    let mailboxes: [Mailbox]
    /// The length of a loop's sample period, in milliseconds; `nil` if it needs none.
    let window: Int64?
    private let state: Mutex<State>

    init(_ mailboxes: [Mailbox], spread: some ConnectionSpread) {
        self.mailboxes = mailboxes
        window = mailboxes.count > 1 ? spread.window : nil
        state = Mutex(State(spread: spread))
    }

    /// Passes a new connection to the serving loop with the fewest connections.
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

    /// Records a sample of a loop. Returns the connections that it must give away.
    func note(_ sample: LoopSample, of loop: Int) -> Move? {
        state.withLock { $0.hasEnded ? nil : $0.spread.note(sample, of: loop) }
    }

    /// Moves a connection to another loop; false if moves have ended. After ``end()`` has returned, every moved
    /// connection is in the mailbox of its new loop.
    func move(_ descriptor: Int32, _ peer: PeerCredentials, _ rest: ConnectionAtRest, to loop: Int) -> Bool {
        state.withLock { state in
            guard !state.hasEnded else { return false }
            mailboxes[loop].load.add(1, ordering: .relaxed)
            mailboxes[loop].post(.moved(descriptor: descriptor, peer: peer, rest))
            return true
        }
    }

    /// Ends moves.
    func end() {
        state.withLock { $0.hasEnded = true }
    }
}
