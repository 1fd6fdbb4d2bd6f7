internal import Glibc
internal import KeywardBase

/// The browser of the desktop.
enum Browser {
    /// Opens an address, or reports that there is no browser. Others can see the address in the list of processes: it
    /// is of no use to them, since the screen serves this account only.
    static func open(_ address: String) {
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("xdg-open"), strdup(address), nil]
        defer { arguments.forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, "xdg-open", nil, nil, &arguments, environ)
        if failure != 0 { WebOutput.report("No browser was opened: xdg-open: \(systemMessage(failure)).") }
    }
}

/// The Enter key of the terminal.
enum EnterKey {
    /// Calls `body` for each line that is typed, until the end of the input.
    static func onPress(_ body: @escaping @Sendable () -> Void) {
        // Without another thread the first link still works.
        let thread = try? NamedThread("keyward-enter") {
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) == 1 {
                if byte == UInt8(ascii: "\n") { body() }
            }
        }
        thread?.detach()
    }
}
