package import NIOCore

/// The calls of one event loop to the daemon: those that wait for a connection, and those that were sent on it.
///
/// The daemon answers in the order of the requests, so the next reply belongs to the oldest call that was sent. A pure
/// state machine, without I/O or a clock.
package struct VerifyCalls<Waiter> {
    package enum Received {
        /// The reply is the answer to this waiter's call.
        case answer(Waiter)
        /// The reply is to a call whose deadline has passed.
        case late
        /// No call has this number in this place: the connection must not be used any more.
        case violation
    }

    private struct Call {
        var id: Int
        var deadline: NIODeadline
        /// `nil` once the deadline has passed. The reply is still to come, in its place.
        var waiter: Waiter?
    }

    /// How long a reply may be late before the daemon counts as mute.
    private let patience: TimeAmount
    private var lastID = 0
    private var waiting: [(call: Call, line: ByteBuffer)] = []
    private var sent = CircularBuffer<Call>()

    /// - Parameter patience: How long after its deadline a reply may hold up those behind it.
    package init(patience: TimeAmount) {
        self.patience = patience
    }

    /// The number of calls on the connection without a reply.
    package var inFlight: Int { sent.count }

    /// Whether no caller waits and no reply is due.
    package var isIdle: Bool { waiting.isEmpty && sent.isEmpty }

    /// Who waits for the next reply; `nil` if nobody does any more.
    package var next: Waiter? { sent.first?.waiter }

    /// A number that no other call of this loop has.
    package mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    /// A call is written to the connection.
    package mutating func send(_ id: Int, _ waiter: Waiter, deadline: NIODeadline) {
        sent.append(Call(id: id, deadline: deadline, waiter: waiter))
    }

    /// A call waits for a connection.
    package mutating func wait(_ id: Int, _ waiter: Waiter, line: ByteBuffer, deadline: NIODeadline) {
        waiting.append((Call(id: id, deadline: deadline, waiter: waiter), line))
    }

    /// A connection is there: the lines of the waiting calls, which are then sent.
    package mutating func takeWaiting() -> [ByteBuffer] {
        defer { waiting.removeAll() }
        sent.append(contentsOf: waiting.map(\.call))
        return waiting.map(\.line)
    }

    /// No connection can be made: the waiters, whose calls were not sent.
    package mutating func failWaiting() -> [Waiter] {
        defer { waiting.removeAll() }
        return waiting.compactMap(\.call.waiter)
    }

    /// A reply has arrived.
    package mutating func receive(_ id: Int) -> Received {
        guard let oldest = sent.first, oldest.id == id else { return .violation }
        sent.removeFirst()
        return oldest.waiter.map { .answer($0) } ?? .late
    }

    /// The connection has ended: the waiters, whose calls were sent and not answered.
    package mutating func lose() -> [Waiter] {
        defer { sent.removeAll() }
        return sent.compactMap(\.waiter)
    }

    /// Ends the calls whose deadline has passed.
    ///
    /// - Returns: Their waiters, and whether the daemon is mute: the connection must not be used any more.
    package mutating func expire(at now: NIODeadline) -> (waiters: [Waiter], isMute: Bool) {
        var waiters = waiting.filter { $0.call.deadline <= now }.compactMap(\.call.waiter)
        waiting.removeAll { $0.call.deadline <= now }
        for index in sent.indices {
            // Deadlines are in the order of the calls.
            guard sent[index].deadline <= now else { break }
            if let waiter = sent[index].waiter { waiters.append(waiter) }
            sent[index].waiter = nil
        }
        return (waiters, sent.first.map { $0.deadline + patience <= now } ?? false)
    }

    /// When ``expire(at:)`` next has something to do.
    package var nextDeadline: NIODeadline? {
        let live = sent.first { $0.waiter != nil }?.deadline
        let mute = sent.first.map { $0.deadline + patience }
        return [waiting.first?.call.deadline, live, mute].compactMap { $0 }.min()
    }
}
