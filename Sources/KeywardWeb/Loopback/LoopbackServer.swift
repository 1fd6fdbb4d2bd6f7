internal import Glibc
package import Hummingbird
internal import KeywardLoopback
internal import NIOCore

/// Serves HTTP/1.1 on the loopback sockets, to processes of one account only.
package struct LoopbackServer: Sendable {
    private let server: ScreenServer

    /// - Parameter uid: The only account that is served.
    package init<Responder: HTTPResponder>(
        _ sockets: LoopbackSockets, for uid: UInt32, responder: Responder
    ) where Responder.Context == ScreenContext {
        server = ScreenServer(sockets.descriptors, responder: responder, drain: .zero) { accepted in
            Self.isOwn(accepted, uid)
        }
    }

    /// Serves until the idle deadline has passed.
    package func run(until deadline: IdleDeadline) async throws {
        _ = try await server.run(until: deadline)
    }

    /// Whether the connection comes from a process of the account.
    private static func isOwn(_ accepted: any Channel, _ uid: UInt32) -> Bool {
        (try? PeerAccount())?.uid(of: accepted) == uid
    }
}
