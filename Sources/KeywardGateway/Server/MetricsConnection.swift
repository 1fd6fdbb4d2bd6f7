internal import NIOCore
internal import NIOHTTP1

/// A connection of a reader of the metrics: answers one request.
final class MetricsConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let counters: GatewayCounters
    private var head: HTTPRequestHead?

    init(_ counters: GatewayCounters) {
        self.counters = counters
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head = head.take() else { return }
            let isFound = head.uri == "/metrics" && head.method == .GET
            answer(context, isFound ? GatewayMetrics.text(counters.counts) : "The metrics are at /metrics.\n", isFound)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext, _ text: String, _ isFound: Bool) {
        let type = isFound ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain"
        let bytes = ByteBuffer(
            string: """
                HTTP/1.1 \(isFound ? "200 OK" : "404 Not Found")\r\nContent-Type: \(type)\r\n\
                Content-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)
                """)
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
