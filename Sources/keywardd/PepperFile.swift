internal import Glibc
internal import KeywardBase
internal import KeywardServer

/// The source of the pepper: the systemd credential `keyward.pepper`, otherwise the file `pepper` in the state folder.
///
/// Only the first start creates the file, because with another pepper no stored key would verify. If a first start was
/// interrupted while writing it, the next one creates it again.
enum PepperFile {
    static let credential = "keyward.pepper"
    static let name = "pepper"
    private static let longest = 4_096

    /// Finds the peppers, or creates one if there are no keys that need an older one.
    static func load(
        in folder: StateFolder, credentials: String?, databaseHasKeys: Bool
    ) throws(StartFault) -> PepperSecrets {
        if let credentials, let bytes = try read(credentials + "/" + credential, isOurs: false) {
            return try peppers(in: bytes, path: credentials + "/" + credential)
        }
        let path = folder.file(name)
        if let bytes = try read(path, isOurs: true), databaseHasKeys || !isCutShort(bytes) {
            return try peppers(in: bytes, path: path)
        }
        guard !databaseHasKeys else {
            throw .configuration(
                "The pepper is missing, and without it none of the stored keys can be verified.",
                "Restore \(path) (mode 600) or the credential \(credential) from your backup.")
        }
        return try make(in: folder)
    }

    /// The location from which ``load(in:credentials:databaseHasKeys:)`` read the peppers.
    static func place(in folder: StateFolder, credentials: String?) -> PepperLocation {
        guard let credentials, access(credentials + "/" + credential, F_OK) == 0 else {
            return .file(folder.file(name))
        }
        return .credential(credential)
    }

    /// The peppers in a file that the service manager would pass to the daemon.
    static func credential(at path: String) throws(StartFault) -> PepperSecrets {
        guard let bytes = try read(path, isOurs: false) else {
            throw .configuration("There is no pepper \(path).", "Restore it from your backup.")
        }
        return try peppers(in: bytes, path: path)
    }

    /// Whether there are too few bytes for a pepper, for example after an interrupted write.
    static func isCutShort(_ bytes: [UInt8]) -> Bool {
        bytes.count < PepperSecret.length
            || bytes.count < 2 * PepperSecret.length && bytes.allSatisfy { HexDigits.value(of: $0) != nil }
    }

    /// The content of the file; `nil` if there is none.
    private static func read(_ path: String, isOurs: Bool) throws(StartFault) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else {
            throw .opening(.last("open", path), "It must be a plain file that the daemon's user may read.")
        }
        defer { close(descriptor) }
        // The service manager protects its credentials; the daemon must check the file in the state folder.
        if isOurs { try checkOwner(of: descriptor, path: path) }
        do throws(FileFault) {
            return try SmallFile.read(descriptor, path: path, atMost: longest)
        } catch {
            throw .opening(error, "It must be a plain file with a pepper in it.")
        }
    }

    private static func peppers(in bytes: [UInt8], path: String) throws(StartFault) -> PepperSecrets {
        do throws(PepperSecrets.Flaw) {
            return try PepperSecrets(fileContent: bytes)
        } catch {
            throw refusal(error, path: path)
        }
    }

    private static func checkOwner(of descriptor: Int32, path: String) throws(StartFault) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(.last("inspect", path)) }
        guard status.st_uid == geteuid() else {
            throw .configuration(
                "The pepper \(path) belongs to uid \(status.st_uid), not to the daemon's uid \(geteuid()).",
                "Run: chown \(geteuid()) \(path)")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .configuration(
                "The pepper \(path) is open to others (mode \(String(status.st_mode & 0o7777, radix: 8))).",
                "If nobody has read it, run: chmod 600 \(path)")
        }
    }

    private static func refusal(_ flaw: PepperSecrets.Flaw, path: String) -> StartFault {
        let problem =
            switch flaw {
            case .shape: "is neither 32 bytes nor lines of 64 hexadecimal digits"
            case .tooShort: "has 32 hexadecimal digits, which is half of a pepper"
            case .allZero: "holds a pepper of zeros only"
            case .twice: "holds the same pepper twice"
            }
        return .configuration("The pepper \(path) \(problem).", "Restore it from your backup.")
    }

    private static func make(in folder: StateFolder) throws(StartFault) -> PepperSecrets {
        var bytes = [UInt8](repeating: 0, count: PepperSecret.length)
        guard getentropy(&bytes, bytes.count) == 0, let pepper = PepperSecret(secretBytes: bytes) else {
            throw .system(.last("draw random bytes for", folder.file(name)))
        }
        do throws(FileFault) {
            try SmallFile.replace(name, in: folder, with: HexDigits.text(bytes) + [UInt8(ascii: "\n")])
        } catch {
            throw .system(error)
        }
        return PepperSecrets(current: pepper, retired: [])
    }
}
