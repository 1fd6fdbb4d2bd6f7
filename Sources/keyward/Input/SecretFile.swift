internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// The new file for a secret. It is created before the key, so that an unwritable path loses no key, and removed unless
/// it was filled.
final class SecretFile {
    private static let reservedBytes = 128

    private let path: String
    private let descriptor: Int32
    private var isFilled = false
    /// A warning about a filled file.
    private(set) var warning: String?

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        if !isFilled { removeOwn() }
        _ = close(descriptor)
    }

    /// Creates the file, mode 0600, with disk space for a key. It must not exist, not even as a link.
    static func make(at path: String) throws(Failure) -> SecretFile {
        let descriptor = try NewFile.create(at: path)
        let file = SecretFile(path: path, descriptor: descriptor)
        let failure = posix_fallocate(descriptor, 0, off_t(reservedBytes))
        guard failure == 0 || failure == EOPNOTSUPP || failure == EINVAL else {
            throw .usage("Cannot create \(path): \(systemMessage(failure)).")
        }
        return file
    }

    /// Writes the secret and waits until it is on disk. Returns the error number, or 0. From then on the file stays,
    /// even if its folder cannot be synced: it is the only copy.
    func fill(_ secret: Secret) -> Int32 {
        var line = secret.reveal() + "\n"
        errno = 0
        let written = line.withUTF8 { bytes in
            write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
                && ftruncate(descriptor, off_t(bytes.count)) == 0
        }
        guard written, fsync(descriptor) == 0 else { return errno == 0 ? EIO : errno }
        isFilled = true
        let failure = syncFolder()
        if failure != 0 {
            warning =
                "The folder of \(path) cannot be synced: \(systemMessage(failure)). A power cut may lose the file."
        }
        return 0
    }

    private func syncFolder() -> Int32 {
        let end = path.lastIndex(of: "/")
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return errno }
        defer { _ = close(handle) }
        // A file system without durable folders returns EINVAL.
        return fsync(handle) == 0 || errno == EINVAL ? 0 : errno
    }

    /// Removes the file if the path still refers to it.
    private func removeOwn() {
        var (own, named) = (stat(), stat())
        guard fstat(descriptor, &own) == 0, lstat(path, &named) == 0 else { return }
        if own.st_ino == named.st_ino, own.st_dev == named.st_dev { unlink(path) }
    }
}
