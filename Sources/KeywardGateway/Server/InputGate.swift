internal import NIOCore

/// Stands before the HTTP parser of a connection: knows since when a request is incomplete, and can drop the input.
final class InputGate: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// When the first bytes of a request came that is not complete.
    private(set) var incompleteSince: NIODeadline?
    private var isShut = false

    /// A request is complete.
    func completed() {
        incompleteSince = nil
    }

    /// Drops everything from now on. The bytes are still read, so that the peer can read its answer: a connection that
    /// is closed with unread bytes is reset.
    func shut() {
        isShut = true
        incompleteSince = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isShut else { return }
        if incompleteSince == nil { incompleteSince = .now() }
        context.fireChannelRead(data)
    }
}
