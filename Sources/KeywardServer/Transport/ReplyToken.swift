/// The right to answer one deferred call, from any thread, once.
///
/// Answering a connection that is gone, or a call that has been answered, does nothing.
package struct ReplyToken: Sendable {
    private let mailbox: Mailbox
    /// The connection.
    private let tag: UInt64
    private let call: UInt64
    /// Who waits for the reply.
    package internal(set) var requester: Requester?

    /// The right to answer call number `call` of the connection `tag` of the loop that `mailbox` belongs to.
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

    /// The connection, to send it lines that answer no request.
    package var address: PushChannel.Address { PushChannel.Address(mailbox: mailbox, tag: tag) }

    /// Answers the call with whole lines; with none, if it wants no reply.
    package func complete(_ bytes: [UInt8]) {
        requester?.hold(bytes.count)
        mailbox.post(.completed(tag: tag, call: call, reply: bytes))
    }
}
