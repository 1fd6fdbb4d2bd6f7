@preconcurrency internal import Dispatch
internal import Glibc

/// Waits for the signals by which a daemon is run: SIGTERM and SIGINT end it, SIGHUP has it read its configuration
/// anew.
final class Signals: Sendable {
    private let sources: [any DispatchSourceSignal]

    /// Takes the signals over. `handle` runs on a queue of its own, one signal at a time.
    init(_ handle: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "keyward.signals")
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handle(number) }
            source.activate()
            return source
        }
    }
}
