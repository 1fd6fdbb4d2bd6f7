internal import Glibc

/// Reads and makes files of a few bytes, whole.
enum SmallFile {
    /// All bytes of the regular file at `path`; EFBIG if there are more than `limit`.
    static func read(_ path: String, atMost limit: Int) throws(FileFault) -> [UInt8] {
        // Non-blocking, so that a pipe in the file's place cannot hold the start.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        return try read(descriptor, path: path, atMost: limit)
    }

    /// All bytes of an open regular file.
    static func read(_ descriptor: Int32, path: String, atMost limit: Int) throws(FileFault) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileFault(operation: "read", path: path, errno: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + filled, $0.count - filled, filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last("read", path) }
            if count == 0 { break }
            filled += count
        }
        guard filled <= limit else { throw FileFault(operation: "read", path: path, errno: EFBIG) }
        return Array(bytes.prefix(filled))
    }

    /// Makes the file at `path` with mode 0600 and these bytes, durably; EEXIST if there is one.
    static func create(_ path: String, inFolder folder: Int32, bytes: [UInt8]) throws(FileFault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .last("create", path) }
        defer { close(descriptor) }
        do throws(FileFault) {
            try write(bytes, to: descriptor, at: 0, path: path)
            guard fsync(descriptor) == 0, fsync(folder) == 0 else { throw .last("write", path) }
        } catch {
            // A file that was not written whole must not be found at the next start.
            unlink(path)
            throw error
        }
    }

    /// Writes all bytes at an offset.
    static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: Int, path: String) throws(FileFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + written, $0.count - written, offset + written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write", path) }
            written += count
        }
    }
}
