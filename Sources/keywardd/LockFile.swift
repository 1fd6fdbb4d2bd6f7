internal import Glibc
internal import KeywardBase

/// Locks a folder for one daemon: flock(2) on a file in it, which the kernel releases when the process ends.
struct LockFile {
    private let descriptor: Int32

    static let name = "lock"

    /// Takes the lock of `folder`, or throws with the holder's process id.
    init(in folder: StateFolder) throws(StartFault) {
        while true {
            let descriptor: Int32
            do throws(FileFault) {
                descriptor = try SmallFile.open(Self.name, in: folder, O_RDWR | O_CREAT)
            } catch {
                throw .opening(error)
            }
            do throws(StartFault) {
                try Self.lock(descriptor, folder)
            } catch {
                close(descriptor)
                throw error
            }
            // The lock of a file that was removed meanwhile excludes nobody.
            if FileIdentity(of: descriptor) == folder.identity(of: Self.name) {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    /// Releases the lock before the process ends.
    func release() {
        close(descriptor)
    }

    private static func lock(_ descriptor: Int32, _ folder: StateFolder) throws(StartFault) {
        let path = folder.file(name)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw .system(.last("lock", path)) }
            throw StartFault(
                problem: "Another keywardd\(holder(descriptor, path)) uses \(folder.path).",
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

    /// ` (pid N)` if the holder has already written its process id.
    private static func holder(_ descriptor: Int32, _ path: String) -> String {
        guard let bytes = try? SmallFile.read(descriptor, path: path, atMost: 32),
            let pid = Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        else { return "" }
        return " (pid \(pid))"
    }
}
