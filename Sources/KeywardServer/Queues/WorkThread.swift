import Dispatch
import KeywardBase
import Synchronization

/// A thread that does one piece of work after another.
///
/// Unlike a queue of Dispatch it has a nice value of its own, and it stays the same thread.
final class WorkThread: Sendable {
    typealias Work = @Sendable () -> Void

    /// What the thread shares with this object.
    private final class Shared: Sendable {
        private let waiting = Mutex((work: [Work](), hasEnded: false))
        private let isMore = DispatchSemaphore(value: 0)

        func append(_ work: @escaping Work) {
            waiting.withLock { $0.work.append(work) }
            isMore.signal()
        }

        func end() {
            waiting.withLock { $0.hasEnded = true }
            isMore.signal()
        }

        /// Waits for work, and takes all that waits; `nil` at the end.
        func next() -> [Work]? {
            isMore.wait()
            return waiting.withLock { waiting in
                defer { waiting.work = [] }
                return waiting.work.isEmpty && waiting.hasEnded ? nil : waiting.work
            }
        }
    }

    private let shared = Shared()

    /// - Parameter nice: as in `NamedThread`.
    init(_ name: String, nice: Int32) {
        let shared = shared
        do {
            let thread = try NamedThread(name, nice: nice) {
                while let work = shared.next() { for piece in work { piece() } }
            }
            thread.detach()
        } catch {
            preconditionFailure("no thread can be started: \(error)")
        }
    }

    deinit {
        shared.end()
    }

    /// Adds work, to be done after what was added before.
    func async(_ work: @escaping Work) { shared.append(work) }
}
