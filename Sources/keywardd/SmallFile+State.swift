internal import Glibc
internal import KeywardBase

/// The files of the state folder.
extension SmallFile {
    /// Opens a regular file of the state folder; anything else in its place is an error and does not block.
    static func open(_ name: String, in folder: StateFolder, _ flags: Int32) throws(FileFault) -> Int32 {
        let path = folder.file(name)
        let descriptor = openat(folder.descriptor, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw .last("open", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileFault(operation: "open", path: path, errno: EINVAL)
        }
        return descriptor
    }

    /// Replaces the content of the file `name`, durably, with mode 0600. If interrupted, the file has either the old or
    /// the new content.
    static func replace(_ name: String, in folder: StateFolder, with bytes: [UInt8]) throws(FileFault) {
        let path = folder.file(name)
        let temporary = name + temporarySuffix
        // The remains of an interrupted start.
        unlinkat(folder.descriptor, temporary, 0)
        do throws(FileFault) {
            let descriptor = try open(temporary, in: folder, O_WRONLY | O_CREAT | O_EXCL)
            defer { close(descriptor) }
            try write(bytes, to: descriptor, at: 0, path: path)
            guard fsync(descriptor) == 0 else { throw .last("sync", path) }
            guard renameat(folder.descriptor, temporary, folder.descriptor, name) == 0 else {
                throw .last("rename", path)
            }
        } catch {
            unlinkat(folder.descriptor, temporary, 0)
            throw error
        }
        guard fsync(folder.descriptor) == 0 else { throw .last("sync", folder.path) }
    }

    /// The suffix of an incomplete file's name.
    static let temporarySuffix = ".new"
}
