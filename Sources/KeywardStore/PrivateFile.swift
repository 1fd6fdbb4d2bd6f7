import KeywardBase

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// System calls that keep a file private and make its name durable.
enum PrivateFile {
    /// A failed call, and its `errno`.
    struct Failure: Error, Hashable {
        var call: String
        var code: Int32

        /// Reads `errno`.
        init(_ call: String) {
            code = errno
            self.call = call
        }
    }

    /// The folder of a path's last component.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Creates an empty file, mode 0600 with any umask; false if the name exists, even as a link.
    static func create(_ path: String) throws(Failure) -> Bool {
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { return false }
            throw Failure("open")
        }
        defer { close(file) }
        guard fchmod(file, 0o600) == 0 else { throw Failure("fchmod") }
        return true
    }

    /// Creates a folder, mode 0700; an existing one stays unchanged.
    static func makeFolder(_ path: String) throws(Failure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Failure("mkdir") }
    }

    /// The permission bits of a file or folder, and its length in bytes.
    static func status(of path: String) throws(Failure) -> (mode: UInt32, length: Int) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Failure("stat") }
        return (status.st_mode & 0o7777, Int(status.st_size))
    }

    static func setMode(_ mode: UInt32, of path: String) throws(Failure) {
        guard chmod(path, mode) == 0 else { throw Failure("chmod") }
    }

    /// The first bytes of a file, at most `count`; `nil` if there is none.
    static func start(of path: String, count: Int) throws(Failure) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure("open")
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        let length = pread(file, &bytes, count, 0)
        guard length >= 0 else { throw Failure("read") }
        return Array(bytes[..<length])
    }

    /// Waits until a file, or the names in a folder, are on the disk.
    static func synchronize(_ path: String) throws(Failure) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure("open") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw Failure("fsync") }
    }
}

extension StoreOpenError {
    /// The system's text for an `errno`.
    static func words(for code: Int32) -> String {
        systemMessage(code)
    }

    init(_ failure: PrivateFile.Failure) {
        self =
            switch failure.code {
            case ENOSPC, EDQUOT, EROFS: .cannotWrite(Self.words(for: failure.code))
            case EMFILE, ENFILE, ENOMEM, EAGAIN: .exhausted(Self.words(for: failure.code))
            case EIO: .failed("\(failure.call): \(Self.words(for: failure.code))")
            default: .system(call: failure.call, code: failure.code)
            }
    }
}
