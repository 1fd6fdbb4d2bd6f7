import Glibc

/// Reads small files as a whole, and writes short texts.
package enum SmallFile {
    /// All bytes of the regular file at `path`; EFBIG if there are more than `limit`.
    package static func read(_ path: String, atMost limit: Int) throws(FileFault) -> [UInt8] {
        // Non-blocking, so that a pipe in place of the file cannot block the start.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
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

    /// Writes a text to a stream, as much as it accepts.
    package static func write(_ text: String, to stream: Int32) {
        var text = text
        text.withUTF8 { _ = Glibc.write(stream, $0.baseAddress, $0.count) }
    }
}
