import KeywardBase
import Synchronization

/// Sends notifications to one connection, from any thread.
///
/// It never waits for the client or for the event loop. The bytes in flight to the loop are bounded, and so are those
/// that the loop keeps for a client that does not read. Beyond either limit the connection is closed.
package final class PushChannel: Sendable {
    /// The address of a connection.
    package struct Address: Sendable {
        let mailbox: Mailbox
        let tag: UInt64
    }

    /// The largest number of bytes in flight to the event loop.
    static let capacity = 1 << 20

    private let address: Address
    /// Bytes that the loop has not taken yet.
    private let underway = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)
    private let isCutOff = Atomic<Bool>(false)
    private let whenCutOff: @Sendable () -> Void
    private let whenClosed: @Sendable () -> Void

    /// Each is called at most once, and must not block: `whenCutOff` when the client has not read, on any thread;
    /// `whenClosed` when the connection has ended, on its event loop.
    init(
        to address: Address, whenCutOff: @escaping @Sendable () -> Void, whenClosed: @escaping @Sendable () -> Void
    ) {
        self.address = address
        self.whenCutOff = whenCutOff
        self.whenClosed = whenClosed
    }

    /// Announces notifications to the connection. Call it before the first line, and before the reply to the call.
    func open() {
        address.mailbox.post(.subscribed(tag: address.tag, channel: self))
    }

    /// Sends a line. False if the connection has ended, or has just been closed because a limit was exceeded.
    func push(_ line: PushedLine) -> Bool {
        guard !isClosed.load(ordering: .relaxed), !isCutOff.load(ordering: .relaxed) else { return false }
        guard underway.add(line.count, ordering: .relaxed).newValue <= Self.capacity else {
            cutOff()
            return false
        }
        address.mailbox.post(.pushed(tag: address.tag, line: line, channel: self))
        return true
    }

    /// Closes the connection, without sending its output.
    func cutOff() {
        guard !isCutOff.exchange(true, ordering: .relaxed) else { return }
        address.mailbox.post(.cutOff(tag: address.tag))
        whenCutOff()
    }

    /// The event loop has taken a line.
    func arrived(_ line: PushedLine) {
        underway.subtract(line.count, ordering: .relaxed)
    }

    /// The connection has ended; the event loop calls this.
    func close() {
        if !isClosed.exchange(true, ordering: .relaxed) { whenClosed() }
    }
}

extension PushChannel.Address: Hashable {
    package static func == (one: Self, other: Self) -> Bool {
        one.tag == other.tag && one.mailbox === other.mailbox
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(tag)
        hasher.combine(ObjectIdentifier(mailbox))
    }
}

/// A line in two parts: one for this client only, and one shared with others.
package struct PushedLine: Sendable {
    package var own: [UInt8]
    /// Ends with the line feed.
    package var shared: [UInt8]

    package init(own: [UInt8], shared: [UInt8]) {
        self.own = own
        self.shared = shared
    }

    package var count: Int { own.count + shared.count }

    func append(to output: inout ByteBuffer) {
        own.span.withUnsafeBytes { output.append($0) }
        shared.span.withUnsafeBytes { output.append($0) }
    }
}
