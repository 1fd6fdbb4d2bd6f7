import Synchronization

/// Asks every part of the daemon for a sign of life, and knows which of them have given none.
package final class LivenessCheck: Sendable {
    /// A thread or a queue that must not stand still.
    package struct Part: Sendable {
        /// `verify-0` say, as ps and the log show it.
        package var name: String
        /// Has the part itself call `answer`, in its turn.
        package var ask: @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void

        package init(_ name: String, ask: @escaping @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void) {
            self.name = name
            self.ask = ask
        }
    }

    private let parts: [Part]
    /// Those that were asked and have not answered.
    private let silent = Mutex<Set<Int>>([])

    package init(_ parts: [Part]) {
        self.parts = parts
    }

    /// The names of those that have not answered since they were asked. All others are asked again; nobody is asked
    /// twice, so that a part that stands still is not buried in questions.
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
