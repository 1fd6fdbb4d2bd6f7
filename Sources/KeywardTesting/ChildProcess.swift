package import Glibc
import KeywardBase
import Synchronization

/// A process that a test starts, ends by its id and waits for. Waits have timeouts: an error, not a hang.
package final class ChildProcess {
    package let pid: pid_t
    /// The output of stdout and stderr.
    private var output: OutputPipe
    private var errors: OutputPipe?
    private var ended: ChildEnd?

    /// Starts `path`. Without `splitErrors` stderr is one stream with stdout. The child gets `handed` as descriptors 3,
    /// 4 and so on; `input` is all of its stdin.
    package init(
        _ path: String, _ arguments: [String], environment: [String] = [], input: [UInt8] = [],
        splitErrors: Bool = false, handed: Int32...
    ) throws {
        output = try OutputPipe()
        errors = splitErrors ? try OutputPipe() : nil
        let stdin = try Self.file(holding: input)
        defer { close(stdin) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, errors?.writing ?? output.writing, 2)
        // Moved away first: 4 must be unchanged when 3 is replaced.
        let parked = handed.map { source in Inheritance.excluded { fcntl(source, Self.duplicate, 100) } }
        defer { parked.forEach { close($0) } }
        for (index, source) in parked.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, 3 + Int32(index))
        }
        pid = try Self.spawn(path, [path] + arguments, environment, &actions)
        output.closeWriting()
        errors?.closeWriting()
    }

    deinit {
        if ended == nil { _ = end(by: SIGKILL) }
        output.close()
        errors?.close()
    }

    /// The output of stdout until now, and of stderr unless it is separate.
    package var text: String {
        output.drain()
        return output.text
    }

    /// Waits until the output contains `words`; false if the process ended, or 30 s passed, without them.
    package func waitForText(_ words: String) -> Bool {
        while !output.text.contains(words) {
            guard output.wait() else { return false }
        }
        return true
    }

    package func signal(_ number: Int32) {
        if ended == nil { kill(pid, number) }
    }

    /// Sends a signal and waits for the end.
    package func end(by number: Int32) -> ChildEnd {
        signal(number)
        return wait()
    }

    /// Waits for the end: until both streams are closed, and then for the process. After 60 s it is killed.
    package func wait() -> ChildEnd {
        if let ended { return ended }
        while output.wait() {}
        while errors?.wait() ?? false {}
        if !output.isAtEnd { kill(pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let end = ChildEnd(status: status, output: output.text, errors: errors?.text ?? "")
        ended = end
        return end
    }

    /// F_DUPFD_CLOEXEC of fcntl(2), which Swift's Glibc lacks.
    private static let duplicate: Int32 = 1_030

    /// An unnamed file with these contents, read from its start.
    private static func file(holding bytes: [UInt8]) throws -> Int32 {
        var name = Array("/tmp/kwi.XXXXXX".utf8CString)
        let descriptor = Inheritance.excluded { mkstemp(&name) }
        guard descriptor >= 0, unlink(name) == 0, write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SystemFailure("file in /tmp")
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String],
        _ actions: inout posix_spawn_file_actions_t, flags: Int16 = 0
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        [SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP].forEach { sigaddset(&signals, $0) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | flags)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid: pid_t = 0
        errno = Inheritance.withLock { posix_spawn(&pid, path, &actions, &attributes, &words, &variables) }
        guard errno == 0 else { throw SystemFailure("start of \(path)") }
        return pid
    }
}

/// How a process ended, and its output.
package struct ChildEnd: Hashable, Sendable {
    /// In the form of wait(2).
    package var status: Int32
    package var output: String
    package var errors: String

    /// The exit status; `nil` if a signal ended it.
    package var exit: Int32? { status & 0x7F == 0 ? status >> 8 & 0xFF : nil }
}

/// A failed system call that a test depends on.
package struct SystemFailure: Error, CustomStringConvertible {
    package var description: String

    package init(_ call: String) {
        description = "\(call): \(systemMessage(errno))"
    }
}

/// Keeps descriptors of one test out of the children of another: a pipe that another process holds open never ends.
/// Swift's Glibc has no pipe2(2), so no process starts between the opening of a pipe and its mark.
enum Inheritance {
    private static let lock = Mutex(())

    static func withLock<R>(_ body: () -> R) -> R {
        lock.withLock { _ in body() }
    }

    /// Opens a descriptor and marks it to be closed in children.
    static func excluded(_ open: () -> Int32) -> Int32 {
        withLock {
            let descriptor = open()
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return descriptor
        }
    }

    static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        let result = withLock {
            let result = Glibc.pipe(&ends)
            ends.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) }
            return result
        }
        guard result == 0 else { throw SystemFailure("pipe") }
        return (ends[0], ends[1])
    }
}

/// The reading end of a pipe, large enough that a writer never waits for a test.
struct OutputPipe {
    let reading: Int32
    private(set) var writing: Int32
    private(set) var isAtEnd = false
    private var bytes: [UInt8] = []

    private static let capacity: Int32 = 1 << 20
    /// F_SETPIPE_SZ of fcntl(2), which Swift's Glibc lacks.
    private static let setSize: Int32 = 1_031
    private static let patience: Int32 = 30_000

    init() throws {
        (reading, writing) = try Inheritance.pipe()
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        _ = fcntl(writing, Self.setSize, Self.capacity)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func closeWriting() {
        Glibc.close(writing)
        writing = -1
    }

    func close() {
        Glibc.close(reading)
        if writing >= 0 { Glibc.close(writing) }
    }

    /// Reads the available bytes.
    mutating func drain() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isAtEnd {
            let count = read(reading, &buffer, buffer.count)
            if count < 0 { return }
            isAtEnd = count == 0
            bytes += buffer.prefix(count)
        }
    }

    /// Waits for more; false at the end, or after a timeout.
    mutating func wait() -> Bool {
        guard !isAtEnd else { return false }
        var entry = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, Self.patience) > 0 else { return false }
        drain()
        return true
    }
}
