import Synchronization

/// Requests a sign of life from every part of the daemon, and records which of them have not answered.
package final class LivenessCheck: Sendable {
    /// A thread or a queue that must not hang.
    package struct Part: Sendable {
        /// The name in ps and in the log, for example `verify-0`.
        package var name: String
        /// Makes the part itself call `answer`, in order.
        package var ask: @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void

        package init(_ name: String, ask: @escaping @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void) {
            self.name = name
            self.ask = ask
        }
    }

    private let parts: [Part]
    /// The parts that were asked and have not answered.
    private let silent = Mutex<Set<Int>>([])

    package init(_ parts: [Part]) {
        self.parts = parts
    }

    /// The names of the parts that have not answered. All others are asked again. A silent part is not asked twice, so
    /// that requests do not pile up.
    package func call() -> [String] {
        let before = silent.withLock { silent in
            defer { silent = Set(parts.indices) }
            return silent
        }
        for (index, part) in parts.enumerated() where !before.contains(index) {
            part.ask { [self] in
                _ = silent.withLock { $0.remove(index) }
            }
        }
        return before.sorted().map { parts[$0].name }
    }
}
