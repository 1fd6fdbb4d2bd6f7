import Dispatch
import KeywardCore
import KeywardProtocol
import Synchronization

@testable import KeywardServer

/// Holds whoever waits until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() { semaphore.wait() }
    func open() { semaphore.signal() }
}

/// What was seen, in the order in which it was.
final class Order: Sendable {
    private let list = Mutex<[Int]>([])

    var seen: [Int] { list.withLock { $0 } }

    func add(_ number: Int) {
        list.withLock { $0.append(number) }
    }
}

extension JSON {
    /// An instant as the wire has it.
    static func time(_ instant: Instant) -> String { Timestamp(instant).description }
}
