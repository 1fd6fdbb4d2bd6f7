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
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw Self.fault("lock", path, errno) }
        defer { close(lock) }
        return try body()
    }

    /// The content of a file; empty if there is none.
    static func read(_ path: String) throws(Failure) -> String {
        do throws(FileFault) {
            return String(decoding: try SmallFile.read(path, atMost: longest), as: UTF8.self)
        } catch {
            if error.errno == ENOENT { return "" }
            throw fault("read", path, error.errno)
        }
    }

    /// Replaces a file durably: an interruption leaves the old content or the new one.
    static func replace(_ path: String, with text: String, mode: mode_t) throws(Failure) {
        do throws(FileFault) {
            try SmallFile.replace(path, with: Array(text.utf8), mode: mode)
        } catch {
            throw fault("write", path, error.errno)
        }
    }

    private static func make(_ path: String) throws(Failure) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw fault("make", path, errno) }
    }

    private static func fault(_ verb: String, _ path: String, _ number: Int32) -> Failure {
        .refused("Cannot \(verb) \(path): \(systemMessage(number)).")
    }
}
