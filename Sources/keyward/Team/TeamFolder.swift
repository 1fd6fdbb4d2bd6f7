internal import Glibc
internal import KeywardBase

/// `/etc/keyward/web`: what the team's site consists of on this host.
struct TeamFolder: Sendable {
    var path = "/etc/keyward/web"

    var site: String { path + "/site.conf" }
    var people: String { path + "/people.map" }
    var proxy: String { path + "/proxy.conf" }

    /// No file here is longer, in bytes.
    private static let longest = 1 << 20

    /// Runs `body` alone: another command that changes the folder waits. It makes the folder.
    func locked<R>(_ body: () throws -> R) throws -> R {
        try Self.make(path)
        let lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw Self.fault("lock", path) }
        defer { close(lock) }
        return try body()
    }

    /// The content of a file; empty if there is none.
    static func read(_ path: String) throws(Failure) -> String {
        do throws(FileFault) {
            return String(decoding: try SmallFile.read(path, atMost: longest), as: UTF8.self)
        } catch {
            if error.errno == ENOENT { return "" }
            errno = error.errno
            throw fault("read", path)
        }
    }

    /// Replaces a file durably: an interruption leaves the old content or the new one.
    static func replace(_ path: String, with text: String, mode: mode_t) throws(Failure) {
        let new = path + ".new"
        // The remains of an interruption.
        unlink(new)
        let file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw fault("write", new) }
        defer { close(file) }
        errno = OutputBytes.write(text, to: file)
        guard errno == 0, fchmod(file, mode) == 0, fsync(file) == 0, rename(new, path) == 0 else {
            let fault = fault("write", path)
            unlink(new)
            throw fault
        }
    }

    private static func make(_ path: String) throws(Failure) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw fault("make", path) }
    }

    private static func fault(_ verb: String, _ path: String) -> Failure {
        .refused("Cannot \(verb) \(path): \(systemMessage(errno)).")
    }
}
