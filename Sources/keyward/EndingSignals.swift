internal import Glibc
internal import Synchronization

/// The signals that end a command: Ctrl-C and Ctrl-\, kill(1), and a hang-up of the terminal.
enum EndingSignals {
    fileprivate static let numbers = [SIGINT, SIGQUIT, SIGTERM, SIGHUP]

    /// Restores the default action of Ctrl-\. Swift's runtime treats it as a crash and prints a backtrace.
    static func setUp() {
        signal(SIGQUIT, SIG_DFL)
    }

    /// Runs `body` with these signals blocked; a pending signal takes effect afterwards.
    static func held<R>(during body: () throws -> R) rethrows -> R {
        var (set, former) = (sigset_t(), sigset_t())
        sigemptyset(&set)
        numbers.forEach { sigaddset(&set, $0) }
        pthread_sigmask(SIG_BLOCK, &set, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        return try body()
    }
}

/// Interrupts a wait for input when a signal would end or stop the process, so that the terminal can be restored first.
/// Ignored signals stay ignored.
struct SignalWatch: ~Copyable {
    private static let numbers = EndingSignals.numbers + [SIGTSTP]
    /// The pipe to which the handler writes a signal's number. The handler shares nothing else with the process.
    private static let writingEnd = Atomic<Int32>(-1)

    private let readingEnd: Int32
    private var former: [(number: Int32, action: sigaction)] = []

    /// Starts to watch; `nil` if the process cannot open another pipe.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        ends.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) }
        readingEnd = ends[0]
        Self.writingEnd.store(ends[1], ordering: .sequentiallyConsistent)
        for number in Self.numbers { watch(number) }
    }

    deinit {
        for (number, action) in former {
            var action = action
            sigaction(number, &action, nil)
        }
        _ = close(Self.writingEnd.exchange(-1, ordering: .sequentiallyConsistent))
        _ = close(readingEnd)
    }

    private mutating func watch(_ number: Int32) {
        var (new, old) = (sigaction(), sigaction())
        new.__sigaction_handler.sa_handler = { number in
            let former = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(SignalWatch.writingEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
            errno = former
        }
        sigaction(number, nil, &old)
        // SIG_IGN is 1 in every ABI of Linux; the importer has no name for it here.
        guard unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) != 1 else { return }
        guard sigaction(number, &new, nil) == 0 else { return }
        former.append((number, old))
    }

    /// Waits until there is input, or a signal arrives; returns the signal's number.
    func waitForInput(on descriptor: Int32) -> Int32? {
        var entries = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: readingEnd, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&entries, 2, -1) < 0, errno == EINTR {}
        guard entries[1].revents != 0 else { return nil }
        var byte: UInt8 = 0
        return read(readingEnd, &byte, 1) == 1 ? Int32(byte) : nil
    }
}
