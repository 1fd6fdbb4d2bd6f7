#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Finds the process that has a database open, by the lock that SQLite holds on the index of its log.
package enum DatabaseHolder {
    /// The offset of the read lock that SQLite holds for every open connection ("dead man switch",
    /// sqlite.org/walformat.html).
    private static let offset = 128

    /// The process that has the database at `path` open; `nil` if there is none. Not for a process that has it open
    /// itself: closing this descriptor would release its locks.
    package static func process(holding path: String) -> Int32? {
        let index = open(path + "-shm", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard index >= 0 else { return nil }
        defer { close(index) }
        var lock = flock()
        (lock.l_type, lock.l_whence) = (Int16(F_WRLCK), Int16(SEEK_SET))
        (lock.l_start, lock.l_len) = (off_t(offset), 1)
        guard fcntl(index, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
        return lock.l_pid
    }
}
