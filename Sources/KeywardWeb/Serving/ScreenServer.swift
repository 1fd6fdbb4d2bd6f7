internal import Glibc
package import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Serves HTTP/1.1 on listening sockets.
package struct ScreenServer: Sendable {
    /// Why the server ended.
    package enum End: Sendable {
        /// The idle deadline has passed.
        case idle
        /// The condition does not hold any more.
        case condition
    }

    private let descriptors: [Int32]
    private let isAdmitted: @Sendable (any Channel) -> Bool
    private let drain: Duration
    private let channel: HTTP1Channel
    private let logger = ScreenContext.Source().logger

    private typealias Inbound = NIOAsyncChannel<HTTP1Channel.Value?, Never>

    /// The longest header of a request, in bytes, and its most fields.
    private static let headerLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100)

    /// - Parameters:
    ///   - drain: How long the end waits for the answers to requests that were accepted.
    ///   - isAdmitted: Whether an accepted connection is served. Another one is closed without a byte.
    init<Responder: HTTPResponder>(
        _ descriptors: [Int32], responder: Responder, drain: Duration,
        isAdmitted: @escaping @Sendable (any Channel) -> Bool
    ) where Responder.Context == ScreenContext {
        (self.descriptors, self.isAdmitted, self.drain) = (descriptors, isAdmitted, drain)
        channel = HTTP1Channel(
            responder: { request, writer, _ in
                let response = try await Self.response(of: responder, to: request)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(
                idleTimeout: .seconds(30), httpDecoderConfiguration: Self.headerLimits))
    }

    /// Serves every connection of a socket that the service manager passed. Its mode says who can connect.
    ///
    /// - Parameter inherited: A listening socket.
    package init<Responder: HTTPResponder>(
        inherited: Int32, responder: Responder
    ) where Responder.Context == ScreenContext {
        self.init([inherited], responder: responder, drain: .seconds(10)) { _ in true }
    }

    /// Serves until the idle deadline has passed, or until a condition does not hold any more.
    ///
    /// - Parameters:
    ///   - interval: The time between two looks at the condition.
    ///   - condition: It may block.
    package func run(
        until deadline: IdleDeadline, checkingEvery interval: Duration = .seconds(60),
        while condition: @escaping @Sendable () -> Bool = { true }
    ) async throws -> End {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            var listeners: [any Channel] = []
            for descriptor in descriptors {
                let inbound = try await listen(descriptor)
                listeners.append(inbound.channel)
                group.addTask {
                    try await serve(inbound)
                    return true
                }
            }
            let end = try await end(deadline, interval, condition)
            // A connection that comes now waits in the queue of the socket.
            for listener in listeners { try? await listener.close() }
            group.addTask {
                await Self.pause(drain)
                return false
            }
            var serving = listeners.count
            while serving > 0, try await group.next() == true { serving -= 1 }
            group.cancelAll()
            return end
        }
    }

    private func end(
        _ deadline: IdleDeadline, _ interval: Duration, _ condition: @escaping @Sendable () -> Bool
    ) async throws -> End {
        while let rest = deadline.rest(at: .now) {
            await Self.pause(min(rest, interval))
            try Task.checkCancellation()
            guard try await NIOThreadPool.singleton.runIfActive(condition) else { return .condition }
        }
        return .idle
    }

    private static func pause(_ time: Duration) async {
        let timer = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(time)) {}
        await withTaskCancellationHandler {
            try? await timer.futureResult.get()
        } onCancel: {
            timer.cancel()
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
                guard isAdmitted(accepted) else {
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
}
