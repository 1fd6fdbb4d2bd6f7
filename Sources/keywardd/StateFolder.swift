internal import Glibc
internal import KeywardBase

/// The folder for everything that must survive the process: the database, the pepper, the lock.
struct StateFolder: Sendable {
    let path: String
    /// Open while the process runs, to sync the folder itself.
    let descriptor: Int32

    /// Opens the folder, which must be private to this user, or creates it with mode 0700.
    init(path: String) throws(StartFault) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw Self.cannotMake(path, errno: errno)
        }
        // Follow a link: with DynamicUser= the state directory is one.
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.cannotOpen(path, errno: errno) }
        do throws(StartFault) {
            try check(user: geteuid())
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    func close() {
        Glibc.close(descriptor)
    }

    private func check(user: UInt32) throws(StartFault) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(.last("inspect", path)) }
        if let fault = Self.fault(path: path, owner: status.st_uid, mode: status.st_mode, user: user) { throw fault }
        guard faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) == 0 else {
            throw .configuration(
                "The state folder \(path) cannot be written: \(systemMessage(errno)).",
                "Mount it writable, or choose another with --state-dir.")
        }
    }

    /// The fault of a folder with this owner and mode, for `user`.
    static func fault(path: String, owner: UInt32, mode: UInt32, user: UInt32) -> StartFault? {
        guard owner == user else {
            return .configuration(
                "The state folder \(path) belongs to uid \(owner), but the daemon runs as uid \(user).",
                "Run: chown -R \(user) \(path)")
        }
        guard mode & 0o077 == 0 else {
            return .configuration(
                "The state folder \(path) is open to others (mode \(String(mode & 0o7777, radix: 8))).",
                "Run: chmod 700 \(path)")
        }
        return nil
    }

    private static func cannotMake(_ path: String, errno number: Int32) -> StartFault {
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        if StartFault.mayPass(number) {
            return .system(FileFault(operation: "make the state folder", path: path, errno: number))
        }
        let remedy =
            number == ENOENT
            ? "Make the folder above it first: mkdir -p \(path.hasPrefix("/") ? "/" : "")\(parent)"
            : "Make it as the user that the daemon runs as: mkdir -m 700 \(path)"
        return .configuration(
            "The state folder \(path) cannot be made: \(systemMessage(number)).", remedy)
    }

    private static func cannotOpen(_ path: String, errno number: Int32) -> StartFault {
        if StartFault.mayPass(number) {
            return .system(FileFault(operation: "open the state folder", path: path, errno: number))
        }
        return number == ENOTDIR
            ? .configuration("\(path) is not a folder.", "Choose a folder with --state-dir.")
            : .configuration(
                "The state folder \(path) cannot be opened: \(systemMessage(number)).",
                "Give it to the user that the daemon runs as, with mode 700.")
    }
}
