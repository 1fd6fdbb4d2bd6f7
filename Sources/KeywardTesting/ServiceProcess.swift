internal import Glibc
import KeywardBase

/// Both listening sockets, held by a test like a service manager: they outlive the daemons that get them.
package final class HeldSockets {
    package let folder: ScratchFolder
    private let descriptors: [Int32]

    package init() throws {
        let folder = try ScratchFolder()
        self.folder = folder
        descriptors = try ["keyward.sock", "verify.sock"].map { try Self.listening(at: folder.file($0)) }
    }

    deinit { descriptors.forEach { close($0) } }

    package var admin: String { folder.file("keyward.sock") }
    package var verify: String { folder.file("verify.sock") }
    package var state: String { folder.file("state") }

    /// Starts a keywardd with them like systemd: by name, in the order verify, admin, which must not matter.
    package func start(
        environment: [String] = [], notify: NotifySocket? = nil, arguments: [String] = []
    ) throws -> ChildProcess {
        // Only the process itself knows LISTEN_PID (sd_listen_fds(3)).
        let script = #"export LISTEN_PID=$$; [ -z "$WATCHDOG_USEC" ] || export WATCHDOG_PID=$$; exec "$0" "$@""#
        var variables = ["LISTEN_FDS=2", "LISTEN_FDNAMES=verify:admin", "STATE_DIRECTORY=\(state)"] + environment
        if let notify { variables.append("NOTIFY_SOCKET=\(notify.path)") }
        return try ChildProcess(
            "/bin/sh", ["-c", script, DaemonProcess.executable] + arguments, environment: variables,
            handed: descriptors[1], descriptors[0])
    }

    private static func listening(at path: String) throws -> Int32 {
        let number = Inheritance.excluded { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
        let bound = UnixSocketAddress(path)?.withPointer { bind(number, $0, $1) }
        guard bound == 0, listen(number, 4_096) == 0 else { throw SystemFailure("listen on \(path)") }
        return number
    }
}

/// The socket on which a service manager receives a daemon's state (sd_notify(3)).
package final class NotifySocket {
    package let path: String
    private let number: Int32

    package init(in folder: ScratchFolder) throws {
        path = folder.file("notify")
        number = Inheritance.excluded { socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0) }
        guard UnixSocketAddress(path)?.withPointer({ bind(number, $0, $1) }) == 0 else {
            throw SystemFailure("bind \(path)")
        }
    }

    deinit { close(number) }

    /// The next message; `nil` if none comes within `patience` (milliseconds).
    package func next(within patience: Int32 = 30_000) -> String? {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, patience) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 8_192)
        let count = recv(number, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// The next message that contains `words`, and those before it; `nil` if there was none.
    package func wait(for words: String) -> [String]? {
        var messages: [String] = []
        while let message = next() {
            messages.append(message)
            if message.contains(words) { return messages }
        }
        return nil
    }
}
