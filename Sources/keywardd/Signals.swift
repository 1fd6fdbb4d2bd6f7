internal import Glibc

/// The signals by which a daemon is run: SIGTERM and SIGINT end it, SIGHUP has it read its configuration anew.
///
/// They are blocked from the start and taken one by one with sigwait(3): one that comes before the daemon is ready,
/// or while it works on the one before, waits and is not lost, as it would be between a disposition and a handler.
enum Signals {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP]

    /// Keeps them for ``next()``. To be called before there is any other thread: threads take the mask over.
    static func hold() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A log or a ready descriptor whose reader has gone away is no reason to die.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the next one.
    static func next() -> Int32 {
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
