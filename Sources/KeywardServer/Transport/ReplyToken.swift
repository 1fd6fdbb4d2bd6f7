/// Permission to answer one deferred call, from any thread, once.
///
/// Answering after the connection has ended, or a second time, does nothing.
package struct ReplyToken: Sendable {
    private let mailbox: Mailbox
    /// The connection.
    private let tag: UInt64
    private let call: UInt64
    /// The requester that waits for the reply.
    package internal(set) var requester: Requester?

    /// Permission to answer call number `call` of the connection `tag` of the loop with this `mailbox`.
    package init(mailbox: Mailbox, tag: UInt64, call: UInt64) {
        self.mailbox = mailbox
        self.tag = tag
        self.call = call
    }

    /// Sends a part of the reply. More follows.
    func send(_ bytes: [UInt8]) {
        requester?.hold(bytes.count)
        mailbox.post(.partlyCompleted(tag: tag, call: call, part: bytes))
    }

    /// The connection's address for notifications.
    package var address: PushChannel.Address { PushChannel.Address(mailbox: mailbox, tag: tag) }

    /// Answers the call with complete lines; with none, if it needs no reply.
    package func complete(_ bytes: [UInt8]) {
        requester?.hold(bytes.count)
        mailbox.post(.completed(tag: tag, call: call, reply: bytes))
    }
}
