import CLinux
import Glibc

/// A thread of the operating system, for code that blocks in system calls; tasks must not block.
package struct NamedThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread. ps and top show the first 15 bytes of `name`.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemCallError) {
        let start = Unmanaged.passRetained(Start(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                clinux_name_thread(start.name)
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
        let body: @Sendable () -> Void

        init(name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
