internal import Glibc

/// Holds a folder for one daemon: flock(2) on a file in it, released by the kernel when the process ends.
struct LockFile {
    private let descriptor: Int32

    /// Takes the lock of `folder`, or says who has it.
    init(inFolder folder: String) throws(StartFault) {
        let path = folder + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .configuration(
                "\(FileFault.last("open", path)).", "It must be a plain file of the user that the daemon runs as.")
        }
        do throws(StartFault) {
            try lock(path: path, folder: folder)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Gives the lock back before the process ends.
    func release() {
        close(descriptor)
    }

    private func lock(path: String, folder: String) throws(StartFault) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw .system(.last("lock", path)) }
            throw StartFault(
                problem: "Another keywardd\(holder(path: path)) uses \(folder).",
                remedy: "Stop it first, or choose another folder.", status: .busy)
        }
        let text = Array("\(getpid())\n".utf8)
        do throws(FileFault) {
            guard ftruncate(descriptor, 0) == 0 else { throw FileFault.last("write", path) }
            try SmallFile.write(text, to: descriptor, at: 0, path: path)
        } catch {
            throw .system(error)
        }
    }

    /// ` (pid N)` if the holder has written its number yet.
    private func holder(path: String) -> String {
        guard let bytes = try? SmallFile.read(descriptor, path: path, atMost: 32),
            let pid = Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        else { return "" }
        return " (pid \(pid))"
    }
}
