internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// The way by which a new secret leaves. It is prepared before the key is made, so that one that can't work makes none.
final class SecretDelivery {
    private let console: Console
    private let path: String?
    private let clipboard: Clipboard?
    private var file: SecretFile?

    init(_ options: DeliveryOptions, console: Console) throws(Failure) {
        self.console = console
        path = options.out
        clipboard = options.copy ? try Clipboard.open() : nil
    }

    /// Whether the secret goes somewhere else than to standard output.
    private var isElsewhere: Bool { path != nil || clipboard != nil }

    /// Makes a key by `call` and hands its secret over by `deliver`.
    ///
    /// A signal that ends the process takes effect when the secret has been handed over: a daemon that was asked makes
    /// the key, whether somebody waits for it or not. A file that was made for the secret is gone again if `call`
    /// throws, so that nothing is left behind while a person is asked.
    func whileReady<R>(_ call: () throws -> R, deliver: (R) throws -> Void) throws {
        try EndingSignals.held {
            try prepare()
            let result: R
            do {
                result = try call()
            } catch {
                file = nil
                throw error
            }
            try deliver(result)
        }
    }

    private func prepare() throws(Failure) {
        if let path {
            file = try SecretFile.make(at: path)
        } else if clipboard == nil {
            try Self.prepareOutput(console.output)
        }
    }

    /// Hands the secret over.
    ///
    /// - Parameters:
    ///   - result: The daemon's reply, if it is to be printed. What has its secret elsewhere gets it without.
    ///   - takeBack: Takes the key back that cannot be handed over, and says what it did.
    func deliver(_ secret: Secret, in result: JSONText?, takeBack: () -> String) throws(Failure) {
        do {
            if isElsewhere {
                let rest = try result.map { try Self.withoutSecret($0) }
                try fillFile(secret)
                try copy(secret)
                if let rest { try? console.write(json: rest) }
            } else {
                if let result { try console.write(json: result) } else { try console.write(secret.reveal() + "\n") }
                try Self.sync(console.output)
            }
        } catch {
            let reason = (error as? Failure)?.message ?? "The daemon's reply cannot be read."
            throw Failure(status: .refused, message: reason + "\n" + takeBack())
        }
    }

    /// What is said when a person has just been given the only copy.
    func printOnce() {
        if let path {
            if let warning = file?.warning { console.report("Warning: \(warning)", .notice) }
            return console.report("Saved to \(path). It cannot be shown again.")
        }
        if clipboard != nil {
            return console.report(
                """
                The key was sent to the terminal's clipboard. It cannot be shown again.
                Paste it now into the owner's agreed secret store.
                If nothing arrives, this terminal does not support it (OSC 52).
                """)
        }
        console.report("The key cannot be shown again. Store it now in the owner's agreed secret store.", .strong)
    }

    private func fillFile(_ secret: Secret) throws(Failure) {
        let failure = file?.fill(secret) ?? 0
        if failure != 0 { throw .refused("\(path ?? "The file") could not be written: \(systemMessage(failure)).") }
    }

    private func copy(_ secret: Secret) throws(Failure) {
        let failure = clipboard?.copy(secret) ?? 0
        guard failure != 0 else { return }
        let reason = "The terminal could not be written to: \(systemMessage(failure))."
        // With a file the secret is safe.
        if path == nil { throw .refused(reason) }
        console.report("Warning: \(reason)", .notice)
    }

    private static func withoutSecret(_ result: JSONText) throws -> JSONText {
        let rest = try JSONCoding.decode(SecretlessResult.self, from: Array(result.text.utf8))
        return JSONText(try JSONCoding.string(of: rest, nulls: false))
    }

    /// Finds what can be found out before: a stream that is closed, or whose reader is gone.
    private static func prepareOutput(_ descriptor: Int32) throws(Failure) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, flags & O_ACCMODE != O_RDONLY else {
            throw .usage("Standard output is closed, and the key would be lost. To write it to a file, use --out.")
        }
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        guard poll(&entry, 1, 0) == 0 || entry.revents & Int16(POLLERR | POLLHUP) == 0 else {
            throw .usage("Nobody reads standard output, and the key would be lost. To write it to a file, use --out.")
        }
        // Of two ends of a pipe the reader may leave later: better an error to handle than a signal and a lost key.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Has a file of the shell on the disk, where a full one shows at last.
    private static func sync(_ descriptor: Int32) throws(Failure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw .output(systemMessage(errno))
        }
    }
}

/// A result of create or rotate, without the secret.
private struct SecretlessResult: Codable {
    var key: JSONText
    var retiring: JSONText?
    var warnings: JSONText
}
