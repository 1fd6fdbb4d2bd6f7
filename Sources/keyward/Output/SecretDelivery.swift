internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// The destination of a new secret. It is prepared before the key is created, so that an unusable destination creates
/// no key.
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

    /// Whether the secret does not go to standard output.
    private var isElsewhere: Bool { path != nil || clipboard != nil }

    /// Creates a key with `call` and delivers its secret with `deliver`.
    ///
    /// A signal that ends the process takes effect after the delivery: once requested, the daemon creates the key in
    /// any case. If `call` throws, a file for the secret is removed, so that none remains while a person is asked.
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

    /// Delivers the secret.
    ///
    /// - Parameters:
    ///   - result: The daemon's reply, if it is to be printed. If the secret goes elsewhere, it is printed without the secret.
    ///   - takeBack: Undoes the creation of a key whose secret cannot be delivered, and returns a message about it.
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

    /// The message after a person received the only copy.
    ///
    /// - Parameter advice: Where to put it.
    func printOnce(advice: String = "Store it now in the owner's agreed secret store.") {
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
        console.report("The key cannot be shown again. \(advice)", .strong)
    }

    private func fillFile(_ secret: Secret) throws(Failure) {
        let failure = file?.fill(secret) ?? 0
        if failure != 0 { throw .refused("\(path ?? "The file") could not be written: \(systemMessage(failure)).") }
    }

    private func copy(_ secret: Secret) throws(Failure) {
        let failure = clipboard?.copy(secret) ?? 0
        guard failure != 0 else { return }
        let reason = "Cannot write to the terminal: \(systemMessage(failure))."
        // With a file the secret is stored.
        if path == nil { throw .refused(reason) }
        console.report("Warning: \(reason)", .notice)
    }

    private static func withoutSecret(_ result: JSONText) throws -> JSONText {
        let rest = try JSONCoding.decode(SecretlessResult.self, from: Array(result.text.utf8))
        return JSONText(try JSONCoding.string(of: rest, nulls: false))
    }

    /// Detects problems in advance: a closed stream, or one without a reader.
    private static func prepareOutput(_ descriptor: Int32) throws(Failure) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, flags & O_ACCMODE != O_RDONLY else {
            throw .usage("Standard output is closed, so the key would be lost. To write it to a file, use --out.")
        }
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        guard poll(&entry, 1, 0) == 0 || entry.revents & Int16(POLLERR | POLLHUP) == 0 else {
            throw .usage("Standard output has no reader, so the key would be lost. To write it to a file, use --out.")
        }
        // The reader of a pipe may leave later. Prefer an error to a signal and a lost key.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Syncs a file that the shell opened, because only that detects a full disk.
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
