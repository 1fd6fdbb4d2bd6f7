import CLinux
import Glibc

/// A thread of the operating system, for code that blocks in system calls; tasks must not block.
package struct NamedThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread. ps and top show the first 15 bytes of `name`.
    ///
    /// - Parameter nice: what the thread adds to its nice value, 0 to 19 (setpriority(2)).
    package init(
        _ name: String, nice: Int32 = 0, _ body: @escaping @Sendable () -> Void
    ) throws(SystemCallError) {
        let name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
        let start = Unmanaged.passRetained(Start(name: name, nice: nice, body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                clinux_name_thread(start.name)
                // On Linux it is of the thread alone.
                if start.nice > 0 { _ = Glibc.nice(start.nice) }
                start.body()
                return nil
            }, start.toOpaque())
        if failure != 0 {
            start.release()
            throw SystemCallError("pthread_create", failure)
        }
        self.thread = thread
    }

    /// Waits until the thread has ended; call it once only.
    package func join() {
        pthread_join(thread, nil)
    }

    /// Detaches the thread; it must not be joined after that.
    package func detach() {
        pthread_detach(thread)
    }

    private final class Start: Sendable {
        let name: String
        let nice: Int32
        let body: @Sendable () -> Void

        init(name: String, nice: Int32, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.nice = nice
            self.body = body
        }
    }
}
