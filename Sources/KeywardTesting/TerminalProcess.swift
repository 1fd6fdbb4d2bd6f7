package import Glibc

/// A process with its own controlling terminal: it receives typed text as from a person.
package final class TerminalProcess {
    package let pid: pid_t
    private var terminal: Int32
    /// Kept open, so that the terminal's settings are readable after the process has ended.
    private let otherEnd: Int32
    private var bytes: [UInt8] = []
    private var status: Int32?
    /// A pipe that the process inherits: it ends with the process.
    private var life: OutputPipe

    /// Since glibc 2.26; Swift's Glibc lacks it.
    private static let newSession: Int16 = 0x80

    /// Starts `path`. With `output`, its stdout is that file instead of the terminal.
    package init(
        _ path: String, _ arguments: [String], environment: [String] = [], output: String? = nil
    ) throws {
        var ends: (terminal: Int32, other: Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        let failure = Inheritance.withLock {
            let result = openpty(&ends.terminal, &ends.other, &name, nil, nil)
            for end in [ends.terminal, ends.other] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return result
        }
        guard failure == 0 else { throw SystemFailure("openpty") }
        (terminal, otherEnd) = ends
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a session opens is its controlling one.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        if let output {
            posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
        }
        life = try OutputPipe()
        posix_spawn_file_actions_adddup2(&actions, life.writing, 9)
        pid = try ChildProcess.spawn(path, [path] + arguments, environment, &actions, flags: Self.newSession)
        life.closeWriting()
    }

    deinit {
        if status == nil { _ = end(by: SIGKILL) }
        if terminal >= 0 { close(terminal) }
        close(otherEnd)
        life.close()
    }

    /// Its output to the terminal.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the terminal shows what is typed.
    package var echoes: Bool {
        var settings = termios()
        return tcgetattr(otherEnd, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Waits until the terminal shows `words` `count` times; false if 30 s passed without anything new.
    package func waitForText(_ words: String, count: Int = 1) -> Bool {
        while text.ranges(of: words).count < count {
            var entry = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 30_000) > 0 else { return false }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let read = Glibc.read(terminal, &buffer, buffer.count)
            guard read > 0 else { return false }
            bytes += buffer.prefix(read)
        }
        return true
    }

    /// Types something. `\u{3}` is Ctrl-C, `\u{1A}` is Ctrl-Z.
    package func type(_ text: String) {
        _ = text.withCString { write(terminal, $0, strlen($0)) }
    }

    package func signal(_ number: Int32) {
        if status == nil { kill(pid, number) }
    }

    /// Closes the terminal, like the end of a window or of a remote session.
    package func hangUp() {
        close(terminal)
        terminal = -1
        // A process that another test starts at this moment has a copy of the descriptor until its exec.
        var entry = pollfd(fd: otherEnd, events: 0, revents: 0)
        _ = poll(&entry, 1, 30_000)
    }

    /// Sends a signal and waits for the end.
    package func end(by number: Int32) -> ChildEnd {
        signal(number)
        return wait()
    }

    /// Waits for the end. After 60 s it is killed: a failed test, not a hang.
    package func wait() -> ChildEnd {
        if let status { return ChildEnd(status: status, output: text, errors: "") }
        while life.wait() {}
        if !life.isAtEnd { kill(pid, SIGKILL) }
        var end: Int32 = 0
        while waitpid(pid, &end, 0) < 0, errno == EINTR {}
        status = end
        return ChildEnd(status: end, output: text, errors: "")
    }
}

extension ChildEnd {
    /// The signal that ended it; `nil` if it exited.
    package var signal: Int32? { status & 0x7F == 0 ? nil : status & 0x7F }
}
