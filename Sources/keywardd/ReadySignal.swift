internal import Glibc

/// Reports readiness to a program that started the daemon by hand, as sd_notify(3) does to a service manager.
enum ReadySignal {
    /// Checks that `descriptor` is open and makes it close-on-exec. Call it at the start.
    static func prepare(_ descriptor: Int32) throws(StartFault) {
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw StartFault(
                problem: "--ready-fd \(descriptor) is not an open descriptor.", remedy: "Try: keywardd --help",
                status: .usage)
        }
    }

    /// Writes a line feed and closes. A closed reader is no error.
    static func send(_ descriptor: Int32) {
        var line = UInt8(ascii: "\n")
        _ = write(descriptor, &line, 1)
        close(descriptor)
    }
}
