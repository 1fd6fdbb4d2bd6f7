internal import Glibc
package import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Serves HTTP/1.1 on the loopback sockets, to processes of one account only.
package struct LoopbackServer: Sendable {
    private let sockets: LoopbackSockets
    private let uid: UInt32
    private let channel: HTTP1Channel
    private let logger = ScreenContext.Source().logger

    private typealias Inbound = NIOAsyncChannel<HTTP1Channel.Value?, Never>

    /// The longest header of a request, in bytes, and its most fields.
    private static let headerLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100)

    /// - Parameter uid: The only account that is served.
    package init<Responder: HTTPResponder>(
        _ sockets: LoopbackSockets, for uid: UInt32, responder: Responder
    ) where Responder.Context == ScreenContext {
        (self.sockets, self.uid) = (sockets, uid)
        channel = HTTP1Channel(
            responder: { request, writer, _ in
                let response = try await Self.response(of: responder, to: request)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(
                idleTimeout: .seconds(30), httpDecoderConfiguration: Self.headerLimits))
    }

    /// Serves until the idle deadline has passed.
    package func run(until deadline: IdleDeadline) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for descriptor in sockets.descriptors {
                let inbound = try await listen(descriptor)
                group.addTask { try await serve(inbound) }
            }
            while let rest = deadline.rest(at: .now) {
                let loop = MultiThreadedEventLoopGroup.singleton.next()
                try await loop.scheduleTask(in: TimeAmount(rest)) {}.futureResult.get()
            }
            group.cancelAll()
        }
    }

    private static func response<Responder: HTTPResponder>(
        of responder: Responder, to request: Request
    ) async throws -> Response where Responder.Context == ScreenContext {
        do {
            let context = ScreenContext(source: ScreenContext.Source())
            return try await responder.respond(to: request, context: context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            return Response(status: .internalServerError)
        }
    }

    private func listen(_ descriptor: Int32) async throws -> Inbound {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { accepted in
                // A failed future would end the server, so a foreign connection is a value.
                guard isOwn(accepted) else {
                    return accepted.close().map { nil }.flatMapErrorWithEventLoop { $1.makeSucceededFuture(nil) }
                }
                return channel.setup(channel: accepted, logger: logger).map { $0 }
            }
    }

    private func serve(_ inbound: Inbound) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await inbound.executeThenClose { connections in
                for try await connection in connections {
                    guard let connection else { continue }
                    group.addTask { await channel.handle(value: connection, logger: logger) }
                }
            }
        }
    }

    /// Whether the connection comes from a process of the account.
    private func isOwn(_ accepted: any Channel) -> Bool {
        guard let peer = accepted.remoteAddress?.end, let own = accepted.localAddress?.end,
            let account = try? PeerAccount()
        else { return false }
        return account.uid(of: peer, connectedTo: own) == uid
    }
}

extension SocketAddress {
    fileprivate var end: PeerAccount.End? {
        switch self {
        case .v4(let four):
            var address = four.address.sin_addr
            return PeerAccount.End(
                address: withUnsafeBytes(of: &address) { Array($0) }, port: UInt16(bigEndian: four.address.sin_port))
        case .v6(let six):
            var address = six.address.sin6_addr
            return PeerAccount.End(
                address: withUnsafeBytes(of: &address) { Array($0) }, port: UInt16(bigEndian: six.address.sin6_port))
        case .unixDomainSocket: return nil
        }
    }
}
