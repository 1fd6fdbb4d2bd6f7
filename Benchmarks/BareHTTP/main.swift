import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

// What a gateway is compared with: NIO's HTTP parser, and a handler that writes the bytes of a gateway's answer without
// looking at the request. Usage: BareHTTP THREADS HOST PORT, or BareHTTP THREADS PATH.

private let answer = ByteBuffer(
    string: """
        HTTP/1.1 200 OK\r\nContent-Length: 0\r\nCache-Control: no-store\r\nX-Keyward-Verified: yes\r\n\
        X-Keyward-Key-Id: key_01m8g6pg4827yhzv15xcd5z4nd\r\nX-Keyward-Name: bench\r\nX-Keyward-Workspace: default\r\n\
        X-Keyward-Owner: -\r\nX-Keyward-Scopes: -\r\nX-Keyward-Expires-At: -\r\nX-Keyward-Warnings: -\r\n\r\n
        """)

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { context.writeAndFlush(wrapOutboundOut(answer), promise: nil) }
    }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, let threads = Int(arguments[1]) else {
    print("usage: BareHTTP THREADS HOST PORT | BareHTTP THREADS PATH")
    exit(64)
}
var limit = rlimit()
getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
limit.rlim_cur = limit.rlim_max
setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: threads))
    .serverChannelOption(.backlog, value: 4_096)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(HTTPRequestDecoder()), Handler()])
        }
    }
let channel =
    arguments.count == 4
    ? try bootstrap.bind(host: arguments[2], port: Int(arguments[3]) ?? 0).wait()
    : try bootstrap.bind(unixDomainSocketPath: arguments[2]).wait()
print("ready")
fflush(nil)
try channel.closeFuture.wait()
