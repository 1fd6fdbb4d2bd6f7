import Synchronization

/// A closure that is set after its caller was created.
final class Callback: Sendable {
    /// A struct, because Mutex would wrap a bare closure again at each access.
    private struct State: Sendable {
        var body: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    func set(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.body = body } }

    /// Calls the closure; does nothing before it is set.
    func callAsFunction() { state.withLock { $0.body }() }
}
