internal import Glibc

/// The signals for a daemon: SIGTERM and SIGINT stop it, SIGHUP reloads its configuration.
///
/// They are blocked from the start and received one by one with sigwait(3). So a signal that arrives before the daemon
/// is ready, or during the work for an earlier one, stays pending and is not lost.
package enum Signals {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP]

    /// Blocks them for ``next()``. Call it before any other thread exists: threads inherit the mask.
    package static func hold() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A closed reader of the log or of the ready descriptor must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the next signal.
    package static func next() -> Int32 {
        var (set, number) = (Self.set, Int32(0))
        while sigwait(&set, &number) != 0 {}
        return number
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        numbers.forEach { sigaddset(&set, $0) }
        return set
    }
}
