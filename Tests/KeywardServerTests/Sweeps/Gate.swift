import Dispatch
import KeywardCore
import KeywardProtocol

@testable import KeywardServer

/// Blocks threads until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() { semaphore.wait() }
    func open() { semaphore.signal() }
}

extension JSON {
    /// An instant in the form of the protocol.
    static func time(_ instant: Instant) -> String { Timestamp(instant).description }
}
