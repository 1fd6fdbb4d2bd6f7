internal import Glibc

/// Which file it is, whatever it is called: its device and its inode.
struct FileIdentity: Hashable {
    var device: dev_t
    var inode: ino_t

    init(device: dev_t, inode: ino_t) {
        (self.device, self.inode) = (device, inode)
    }

    /// `nil` if the descriptor cannot be asked.
    init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(device: status.st_dev, inode: status.st_ino)
    }

    /// `nil` if nothing can be found at the path; a link is followed.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(device: status.st_dev, inode: status.st_ino)
    }
}

extension StateFolder {
    /// Which file `name` stands for in the folder; a link stands for itself. `nil` if there is none.
    func identity(of name: String) -> FileIdentity? {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FileIdentity(device: status.st_dev, inode: status.st_ino)
    }
}
