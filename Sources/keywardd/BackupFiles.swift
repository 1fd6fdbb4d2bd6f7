internal import Glibc
internal import KeywardBase
internal import KeywardCore
internal import KeywardServer

/// The folder `backups` in the state folder. It is opened relative to the state folder's descriptor, because a backup
/// must be possible after the state folder was moved away.
struct BackupFiles: BackupFolder {
    static let name = "backups"
    /// The prefix and suffix of an incomplete file's name; a caller's names never start like this.
    private static let (mark, suffix) = (".", ".partial")

    let folder: StateFolder

    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String) {
        let place = try open()
        defer { close(place) }
        let partial = Self.mark + name + Self.suffix
        var status = stat()
        guard fstatat(place, name, &status, AT_SYMLINK_NOFOLLOW) != 0 else { throw Self.taken }
        try copy(Self.path(of: place, in: folder) + "/" + partial)
        defer { unlinkat(place, partial, 0) }
        let (bytes, sha256) = try describe(partial, in: place, while: goesOn)
        // A link, because a rename would replace a file that got the name meanwhile.
        guard linkat(place, partial, place, name, 0) == 0 else {
            throw errno == EEXIST ? Self.taken : Self.failed("named")
        }
        unlinkat(place, partial, 0)
        guard fsync(place) == 0 else { throw Self.failed("made durable") }
        return (shownFolder(place) + "/" + name, bytes, sha256)
    }

    /// Removes incomplete copies. Call it at the start.
    func removeLeftovers() {
        let place = openat(folder.descriptor, Self.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard place >= 0 else { return }
        defer { close(place) }
        for name in StateFolder.names(in: place) where name.hasPrefix(Self.mark) && name.contains(Self.suffix) {
            unlinkat(place, name, 0)
        }
    }

    private func open() throws(Refusal) -> Int32 {
        guard mkdirat(folder.descriptor, Self.name, 0o700) == 0 || errno == EEXIST else {
            throw .readOnly(.backupFolder(systemMessage(errno)))
        }
        let place = openat(folder.descriptor, Self.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard place >= 0 else { throw Self.failed("placed") }
        return place
    }

    /// A path to an open folder, even if it was moved.
    private static func path(of place: Int32, in folder: StateFolder) -> String {
        let path = "/proc/self/fd/\(place)"
        return access(path, X_OK) == 0 ? path : folder.file(name)
    }

    /// The folder's path for people: as they gave it, unless it was moved.
    private func shownFolder(_ place: Int32) -> String {
        let path = folder.file(Self.name)
        if FileIdentity(at: path) == FileIdentity(of: place) { return path }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { readlink("/proc/self/fd/\(place)", $0.baseAddress!, $0.count) }
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : path
    }

    private func describe(
        _ name: String, in place: Int32, while goesOn: () -> Bool
    ) throws(Refusal) -> (bytes: Int, sha256: String) {
        let descriptor = openat(place, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Self.failed("read back") }
        defer { close(descriptor) }
        var digest = ContentDigest()
        var size = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        while goesOn() {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failed("read back") }
            if count == 0 { return (size, digest.finish()) }
            digest.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += count
        }
        throw .shuttingDown
    }

    private static let taken = Refusal.conflict(.backupNameTaken)

    /// The refusal for a step whose last call failed.
    private static func failed(_ step: String) -> Refusal {
        .failed(
            .backupStep(step),
            cause: "the backup could not be \(step): \(systemMessage(errno))")
    }
}
