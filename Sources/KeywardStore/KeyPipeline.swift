import Dispatch
import KeywardCore
import Synchronization

/// Passes blocks of keys from the thread that reads them to the one that visits them.
///
/// A start steps through SQLite and packs the keys. Both take about as long, so each has a thread. The reader waits
/// when it is some blocks ahead.
final class KeyPipeline: Sendable {
    private static let blocks = 4

    private struct State: Sendable {
        var read: [KeyBlock] = []
        var visited = [KeyBlock](repeating: KeyBlock(), count: blocks)
        /// Why the reader has failed.
        var fault: StoreFault?
    }

    private let state = Mutex(State())
    private let isVisited = DispatchSemaphore(value: 0)
    private let isRead = DispatchSemaphore(value: 0)

    init() {
        // Not its initial value: a semaphore must not be released with a value lower than the initial one.
        for _ in 0..<Self.blocks { isVisited.signal() }
    }

    // MARK: The reader

    /// A block to fill.
    func take() -> KeyBlock {
        isVisited.wait()
        return state.withLock { $0.visited.removeLast() }
    }

    /// Passes a filled block to the visitor.
    func give(_ block: consuming KeyBlock) {
        let block = block
        state.withLock { $0.read.append(block) }
        isRead.signal()
    }

    /// All blocks were passed, or reading has failed.
    func end(with fault: StoreFault? = nil) {
        state.withLock { $0.fault = fault }
        isRead.signal()
    }

    // MARK: The visitor

    /// The next block; `nil` at the end.
    func next() throws(StoreFault) -> KeyBlock? {
        isRead.wait()
        let (block, fault) = state.withLock { state in
            (state.read.isEmpty ? nil : state.read.removeFirst(), state.read.isEmpty ? state.fault : nil)
        }
        if let block { return block }
        if let fault { throw fault }
        return nil
    }

    /// Returns a visited block.
    func recycle(_ block: consuming KeyBlock) {
        block.removeAll()
        let block = block
        state.withLock { $0.visited.append(block) }
        isVisited.signal()
    }
}
