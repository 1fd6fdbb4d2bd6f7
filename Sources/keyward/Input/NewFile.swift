internal import Glibc
internal import KeywardBase

/// A new file for secrets, mode 0600.
enum NewFile {
    /// Creates the file and returns its descriptor. It must not exist, not even as a link.
    static func create(at path: String) throws(Failure) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let remedy = errno == EEXIST ? " It is never overwritten. Move it away, or name another file." : ""
            throw .usage("Cannot create \(path): \(systemMessage(errno)).\(remedy)")
        }
        guard fchmod(descriptor, 0o600) == 0 else {
            let reason = systemMessage(errno)
            unlink(path)
            _ = close(descriptor)
            throw .usage("Cannot create \(path): \(reason).")
        }
        return descriptor
    }
}
