internal import Glibc
internal import KeywardClient

/// The ways by which a new secret leaves: opened before the key is made, used once.
struct SecretDelivery {
    private let console: Console
    private let path: String?
    private let file: SecretFile?
    private let clipboard: Clipboard?

    init(_ options: DeliveryOptions, console: Console) throws(Failure) {
        self.console = console
        path = options.out
        clipboard = options.copy ? try Clipboard.open() : nil
        file = if let path = options.out { try SecretFile.make(at: path) } else { nil }
        // Of two ends of a pipe the reader may leave: better an error to handle than a signal and a lost key.
        if path == nil, clipboard == nil { try Self.prepareOutput(console.output) }
    }

    /// Whether the secret goes somewhere else than to standard output.
    private var isElsewhere: Bool { path != nil || clipboard != nil }

    /// Hands the secret over, and says where it went.
    ///
    /// - Parameter remedy: What to do if it could not be handed over: it is then lost.
    func deliver(_ secret: Secret, remedy: String) throws(Failure) {
        if !isElsewhere {
            do { try console.write(secret.reveal() + "\n") } catch { throw lost(error.message ?? "", remedy) }
        }
        try fillFile(secret, remedy)
        try copy(secret, remedy)
    }

    /// Writes the daemon's result; what has its secret elsewhere gets it without.
    func deliver(_ result: JSONText, _ secret: Secret, remedy: String) throws {
        if isElsewhere {
            let rest = try JSONCoding.decode(SecretlessResult.self, from: Array(result.text.utf8))
            try fillFile(secret, remedy)
            try copy(secret, remedy)
            try console.write(json: JSONText(JSONCoding.string(of: rest, nulls: false)))
        } else {
            do { try console.write(json: result) } catch { throw lost(error.message ?? "", remedy) }
        }
    }

    /// What is said when a person has just been given the only copy.
    func tellOnce() {
        if let path { return console.tell("The key is in \(path), and nowhere else.") }
        if clipboard != nil {
            return console.tell(
                """
                The key was handed to the terminal's clipboard, and is nowhere else. Paste it now, into the place that \
                its owner has agreed. If nothing arrives, this terminal does not take it (OSC 52).
                """)
        }
        console.tell(
            "This is the only time the key is shown. Store it now, in the place that its owner has agreed.", .strong)
    }

    private func fillFile(_ secret: Secret, _ remedy: String) throws(Failure) {
        let failure = file?.fill(secret) ?? 0
        if failure != 0 { throw lost("\(path ?? "The file") could not be written: \(systemMessage(failure)).", remedy) }
    }

    private func copy(_ secret: Secret, _ remedy: String) throws(Failure) {
        let failure = clipboard?.copy(secret) ?? 0
        if failure != 0, path == nil {
            throw lost("The terminal could not be written to: \(systemMessage(failure)).", remedy)
        }
    }

    private func lost(_ reason: String, _ remedy: String) -> Failure {
        Failure(status: .refused, message: "\(reason)\nThe key was made, and its secret is lost. \(remedy)")
    }

    private static func prepareOutput(_ descriptor: Int32) throws(Failure) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, flags & O_ACCMODE != O_RDONLY else {
            throw .usage("Standard output is closed, and the key would be lost. --out writes it to a file.")
        }
        signal(SIGPIPE, SIG_IGN)
    }
}

/// A result of create or rotate, without the secret.
private struct SecretlessResult: Codable {
    var key: JSONText
    var retiring: JSONText?
    var warnings: JSONText
}
