internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// The clipboard of the user's terminal, local or remote. The terminal accepts the text in an escape sequence, OSC 52
/// (xterm, Control Sequences).
final class Clipboard {
    private let terminal: Int32

    private init(terminal: Int32) {
        self.terminal = terminal
    }

    deinit {
        _ = close(terminal)
    }

    /// Opens the terminal of this process.
    static func open() throws(Failure) -> Clipboard {
        let terminal = Glibc.open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else {
            throw .usage("--copy needs a terminal, and there is none. To write the key to a file, use --out.")
        }
        return Clipboard(terminal: terminal)
    }

    /// Sends the secret to the terminal. Returns the error number, or 0. The terminal does not report whether it
    /// accepted the text.
    func copy(_ secret: Secret) -> Int32 {
        let sequence = "\u{1B}]52;c;\(Base64.text(Array(secret.reveal().utf8)))\u{07}"
        return OutputBytes.write(sequence, to: terminal)
    }
}
