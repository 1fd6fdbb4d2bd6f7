internal import Glibc
internal import KeywardCore
internal import KeywardServer

/// The folder `backups` in the state folder.
struct BackupFiles: BackupFolder {
    static let name = "backups"

    let folder: String

    func path(ofFile name: String) throws(Refusal) -> String {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw .readOnly("The folder for backups cannot be made: \(String(cString: strerror(errno))).")
        }
        return folder + "/" + name
    }

    func describe(_ path: String, while goesOn: () -> Bool) throws(Refusal) -> (bytes: Int, sha256: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Self.unreadable("open") }
        defer { close(descriptor) }
        var digest = ContentDigest()
        var size = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        while goesOn() {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable("read") }
            if count == 0 { return (size, digest.finish()) }
            digest.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += count
        }
        throw .shuttingDown
    }

    /// The refusal for a call that has just failed.
    private static func unreadable(_ call: String) -> Refusal {
        .failed(
            "The backup was written but cannot be read back; see the journal.",
            cause: "\(call) of the backup: \(String(cString: strerror(errno)))")
    }
}
