package import KeywardBase
package import KeywardCore
import Synchronization

/// A message from another thread to an event loop.
package enum LoopMessage: Sendable {
    /// A connection to serve, or to refuse with a line.
    case accepted(descriptor: Int32, peer: PeerCredentials, refusal: [UInt8]?)
    /// A connection from another loop.
    case moved(descriptor: Int32, peer: PeerCredentials, ConnectionAtRest)
    case completed(tag: UInt64, call: UInt64, reply: [UInt8])
    /// The beginning of a reply, or more of it.
    case partlyCompleted(tag: UInt64, call: UInt64, part: [UInt8])
    /// The connection will receive notifications.
    case subscribed(tag: UInt64, channel: PushChannel)
    case pushed(tag: UInt64, line: PushedLine, channel: PushChannel)
    /// Close the connection at once.
    case cutOff(tag: UInt64)
    /// Other limits, for existing and new connections.
    case limits(SocketLimits, TransportRefusals)
    /// A request for a sign of life.
    case called(answer: @Sendable () -> Void)
    /// End every connection in order, and by `deadline` (milliseconds) in any case. `whenAnswered` is called once no
    /// further call will run.
    case drain(deadline: Int64, whenAnswered: @Sendable () -> Void)
    /// A drain need not wait for notifications: all of them have been posted.
    case pushesEnded
}

/// The messages to one event loop. The first message to an empty mailbox wakes the loop; later ones do not.
package final class Mailbox: Sendable {
    package let wake: Wakeup
    /// The descriptor that the loop waits on.
    let epoll: EpollDescriptor
    /// The number of the loop's connections, including those in its mailbox.
    let load = Atomic<Int>(0)
    private let mail = Mutex<[LoopMessage]>([])

    package init() throws(SocketError) {
        wake = try SocketError.translating { () throws(SystemCallError) in try Wakeup() }
        epoll = try EpollDescriptor()
    }

    func post(_ message: LoopMessage) {
        let isFirst = mail.withLock { mail in
            mail.append(message)
            return mail.count == 1
        }
        if isFirst { wake.signal() }
    }

    /// Takes all messages, in the order in which they were posted.
    package func take() -> [LoopMessage] {
        wake.clear()
        return mail.withLock { mail in
            let taken = mail
            mail = []
            return taken
        }
    }
}
