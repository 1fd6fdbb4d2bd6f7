internal import Glibc

/// Reports readiness to a program that started the daemon by hand, as sd_notify(3) does to a service manager.
package enum ReadySignal {
    /// Makes `descriptor` close-on-exec; false if it is not open. Call it at the start.
    package static func keep(_ descriptor: Int32) -> Bool {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
    }

    /// Writes a line feed and closes. A closed reader is no error.
    package static func send(_ descriptor: Int32) {
        var line = UInt8(ascii: "\n")
        _ = write(descriptor, &line, 1)
        close(descriptor)
    }
}
