package import KeywardBase
package import KeywardCore
import Synchronization

/// What other threads tell an event loop.
package enum LoopMessage: Sendable {
    /// A connection to serve, or to refuse with a line.
    case accepted(descriptor: Int32, peer: PeerCredentials, refusal: [UInt8]?)
    /// A connection that another loop has served.
    case moved(descriptor: Int32, peer: PeerCredentials, ConnectionAtRest)
    case completed(tag: UInt64, call: UInt64, reply: [UInt8])
    /// The beginning of a reply, or more of it.
    case partlyCompleted(tag: UInt64, call: UInt64, part: [UInt8])
    /// Lines will come for the connection that answer no request.
    case subscribed(tag: UInt64, channel: PushChannel)
    case pushed(tag: UInt64, line: PushedLine, channel: PushChannel)
    /// End the connection as it is.
    case cutOff(tag: UInt64)
    /// Other limits, for the connections that are there and for those to come.
    case limits(SocketLimits, TransportRefusals)
    /// A sign of life is asked for.
    case called(answer: @Sendable () -> Void)
    /// End every connection in good order, and by `deadline` (milliseconds) in any case. `whenAnswered` is called once
    /// no call of theirs will be run any more.
    case drain(deadline: Int64, whenAnswered: @Sendable () -> Void)
    /// A drain need not wait for lines that answer no request: all of them have been posted.
    case pushesEnded
}

/// The messages to one event loop. The first into an empty box wakes the loop; the others ride along.
package final class Mailbox: Sendable {
    package let wake: Wakeup
    /// What the loop waits on.
    let epoll: EpollDescriptor
    /// How many connections the loop has, including those on their way to it.
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

    /// Takes all letters, in the order in which they were posted.
    package func take() -> [LoopMessage] {
        wake.clear()
        return mail.withLock { mail in
            let taken = mail
            mail = []
            return taken
        }
    }
}
