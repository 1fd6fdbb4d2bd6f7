internal import Glibc

/// The identity of a file, independent of its name: device and inode.
struct FileIdentity: Hashable {
    var device: dev_t
    var inode: ino_t

    init(device: dev_t, inode: ino_t) {
        (self.device, self.inode) = (device, inode)
    }

    /// `nil` if fstat(2) fails.
    init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(device: status.st_dev, inode: status.st_ino)
    }

    /// `nil` if there is no file at the path; a link is followed.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(device: status.st_dev, inode: status.st_ino)
    }
}

extension StateFolder {
    /// The identity of `name` in the folder, of a link itself. `nil` if there is none.
    func identity(of name: String) -> FileIdentity? {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FileIdentity(device: status.st_dev, inode: status.st_ino)
    }
}
