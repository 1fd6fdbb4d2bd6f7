internal import Glibc
internal import KeywardBase
internal import KeywardWeb

/// The files of a person's screen: the secret of the proxy, and the key of the sessions.
enum ConsoleFiles {
    /// The name of the credential with the proxy's secret (systemd.exec(5), LoadCredential=).
    private static let credential = "proxy.conf"
    /// The name of the key's file in the runtime folder, which outlives the process and not a reboot.
    private static let key = "session.key"
    /// No file here is longer, in bytes.
    private static let longest = 4_096

    /// The secret that requests must have.
    static func proxySecret(in folder: String?) throws(StartFailure) -> ProxySecret {
        guard let folder else { throw missing("CREDENTIALS_DIRECTORY") }
        let path = "\(folder)/\(credential)"
        let text = String(decoding: try read(path) ?? [], as: UTF8.self)
        guard let secret = ProxySecret(directive: text) else {
            throw StartFailure(
                "\(path) has no secret of the proxy. To write one, run: keyward web add PERSON",
                status: StartFailure.configuration)
        }
        return secret
    }

    /// The key of the sessions, made at the first start.
    static func sessionKey(in folder: String?, random: () -> UInt64) throws(StartFailure) -> SessionKey {
        guard let folder else { throw missing("RUNTIME_DIRECTORY") }
        let path = "\(folder)/\(key)"
        if let key = try read(path).flatMap(SessionKey.init) { return key }
        let bytes = (0..<SessionKey.count / 8).flatMap { _ in withUnsafeBytes(of: random()) { Array($0) } }
        try write(bytes, to: path)
        guard let key = SessionKey(bytes) else { throw fault("write", path, EIO) }
        return key
    }

    /// The content of a file; `nil` if there is none.
    private static func read(_ path: String) throws(StartFailure) -> [UInt8]? {
        do throws(FileFault) {
            return try SmallFile.read(path, atMost: longest, followsLink: false)
        } catch {
            if error.errno == ENOENT { return nil }
            throw fault("read", path, error.errno)
        }
    }

    /// Writes a whole file, or none, for this account only.
    private static func write(_ bytes: [UInt8], to path: String) throws(StartFailure) {
        do throws(FileFault) {
            try SmallFile.replace(path, with: bytes, mode: 0o600)
        } catch {
            throw fault("write", path, error.errno)
        }
    }

    private static func fault(_ verb: String, _ path: String, _ number: Int32) -> StartFailure {
        StartFailure("Cannot \(verb) \(path): \(systemMessage(number)).")
    }

    private static func missing(_ variable: String) -> StartFailure {
        StartFailure(
            "\(variable) is not set. The screen for a team is started by the socket units of keyward web add.",
            status: StartFailure.configuration)
    }
}
