internal import Glibc

/// The link goes to standard output, messages to standard error.
enum WebOutput {
    static func write(_ line: String) {
        put(line, STDOUT_FILENO)
    }

    static func report(_ message: String) {
        put(message, STDERR_FILENO)
    }

    private static func put(_ line: String, _ descriptor: Int32) {
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody can be informed that nobody reads.
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }
}
