import Synchronization

/// A closure that is set after its caller was made.
final class Callback: Sendable {
    /// Mutex holds a struct: a closure that it held by itself would be wrapped once more at each access.
    private struct State: Sendable {
        var body: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    func set(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.body = body } }

    /// Calls what was set; nothing before that.
    func callAsFunction() { state.withLock { $0.body }() }
}
