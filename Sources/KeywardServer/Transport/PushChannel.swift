import KeywardBase
import Synchronization

/// A way to send one connection lines that answer no request, from any thread.
///
/// It never waits for the client, nor for the event loop: what is on its way to the loop is bounded, and so is what
/// the loop keeps for a client that does not read. Beyond either bound the connection is cut off.
package final class PushChannel: Sendable {
    /// Which connection.
    package struct Address: Sendable {
        let mailbox: Mailbox
        let tag: UInt64
    }

    /// How many bytes may be on their way to the event loop.
    static let capacity = 1 << 20

    private let address: Address
    /// Bytes that the loop has not taken yet.
    private let underway = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)
    private let isCutOff = Atomic<Bool>(false)
    private let whenCutOff: @Sendable () -> Void
    private let whenClosed: @Sendable () -> Void

    /// Each is called once at most, and must not block: `whenCutOff` when the client has not read, on any thread;
    /// `whenClosed` when the connection is gone, on its event loop.
    init(
        to address: Address, whenCutOff: @escaping @Sendable () -> Void, whenClosed: @escaping @Sendable () -> Void
    ) {
        self.address = address
        self.whenCutOff = whenCutOff
        self.whenClosed = whenClosed
    }

    /// Tells the connection what to expect. It comes before the first line, and before the reply to the call.
    func open() {
        address.mailbox.post(.subscribed(tag: address.tag, channel: self))
    }

    /// Sends a line. False if the connection is gone, or has just been cut off for want of room.
    func push(_ line: PushedLine) -> Bool {
        guard !isClosed.load(ordering: .relaxed), !isCutOff.load(ordering: .relaxed) else { return false }
        guard underway.add(line.count, ordering: .relaxed).newValue <= Self.capacity else {
            cutOff()
            return false
        }
        address.mailbox.post(.pushed(tag: address.tag, line: line, channel: self))
        return true
    }

    /// Ends the connection, whatever it still has to send.
    func cutOff() {
        guard !isCutOff.exchange(true, ordering: .relaxed) else { return }
        address.mailbox.post(.cutOff(tag: address.tag))
        whenCutOff()
    }

    /// The event loop has taken a line.
    func arrived(_ line: PushedLine) {
        underway.subtract(line.count, ordering: .relaxed)
    }

    /// The connection is gone; the event loop says so.
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

/// A line in two parts: what one client alone is told, and what it shares with others that are told the same.
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
