internal import Glibc

/// Tells whoever started the daemon by hand that it answers, as sd_notify(3) tells a service manager.
enum ReadySignal {
    /// Makes sure that `descriptor` is open and is not inherited. To be called at start.
    static func prepare(_ descriptor: Int32) throws(StartFault) {
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw StartFault(
                problem: "--ready-fd \(descriptor) is not an open descriptor.", remedy: "Try: keywardd --help",
                status: .usage)
        }
    }

    /// Writes a line feed and closes. A reader that has gone away is no fault.
    static func send(_ descriptor: Int32) {
        var line = UInt8(ascii: "\n")
        _ = write(descriptor, &line, 1)
        close(descriptor)
    }
}
