internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// A line that a terminal does not show while it is typed.
enum HiddenLine {
    /// Reads one line from a terminal; `nil` at the end of its input, and if `descriptor` is not a terminal.
    ///
    /// A signal that ends or stops the process finds the terminal restored. If the process continues, it prompts again.
    static func read(from descriptor: Int32, prompt: () -> Void) throws(Failure) -> String? {
        while true {
            switch try attempt(descriptor, prompt) {
            case .line(let line): return line
            case .signal(let number): raise(number)
            }
        }
    }

    private enum Outcome {
        case line(String?)
        case signal(Int32)
    }

    private static func attempt(_ descriptor: Int32, _ prompt: () -> Void) throws(Failure) -> Outcome {
        var settings = termios()
        guard let watch = SignalWatch(), tcgetattr(descriptor, &settings) == 0 else {
            throw .usage("The terminal cannot be prepared for a hidden input: \(systemMessage(errno)).")
        }
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        // Echo the line feed, so that the next message starts on its own line.
        hidden.c_lflag |= tcflag_t(ECHONL)
        guard tcsetattr(descriptor, TCSAFLUSH, &hidden) == 0 else {
            throw .usage("The terminal cannot hide the input: \(systemMessage(errno)).")
        }
        defer { tcsetattr(descriptor, TCSAFLUSH, &settings) }
        prompt()
        if let number = watch.waitForInput(on: descriptor) { return .signal(number) }
        return .line(try InputBytes.line(from: descriptor))
    }
}
