package import Glibc

/// Reads and replaces small files as a whole, and writes short texts.
package enum SmallFile {
    /// All bytes of the regular file at `path`; EFBIG if there are more than `limit`.
    ///
    /// - Parameter followsLink: Whether the path may be a symbolic link; otherwise ELOOP for one.
    package static func read(
        _ path: String, atMost limit: Int, followsLink: Bool = true
    ) throws(FileFault) -> [UInt8] {
        // Non-blocking, so that a pipe in place of the file cannot block the start.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW)
        let descriptor = Glibc.open(path, flags)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        return try read(descriptor, path: path, atMost: limit)
    }

    /// All bytes of an open regular file.
    package static func read(_ descriptor: Int32, path: String, atMost limit: Int) throws(FileFault) -> [UInt8] {
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

    /// Replaces the file at `path` durably: an interruption leaves the old content or the new one.
    package static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws(FileFault) {
        let new = path + ".new"
        // The remains of an interruption.
        unlink(new)
        do throws(FileFault) {
            let descriptor = Glibc.open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
            guard descriptor >= 0 else { throw .last("write", path) }
            defer { close(descriptor) }
            try write(bytes, to: descriptor, at: 0, path: path)
            // The mode of open(2) is subject to the umask.
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0, rename(new, path) == 0 else {
                throw .last("write", path)
            }
        } catch {
            unlink(new)
            throw error
        }
    }

    /// Writes all bytes at an offset.
    package static func write(
        _ bytes: [UInt8], to descriptor: Int32, at offset: Int, path: String
    ) throws(FileFault) {
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

    /// Writes a text to a stream, as much as it accepts.
    package static func write(_ text: String, to stream: Int32) {
        var text = text
        text.withUTF8 { _ = Glibc.write(stream, $0.baseAddress, $0.count) }
    }
}
