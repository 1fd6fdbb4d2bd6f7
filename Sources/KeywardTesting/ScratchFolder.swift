import Foundation
import Glibc

/// A folder under /tmp with a path short enough for sockets, mode 0700, removed with its content.
package final class ScratchFolder {
    package let path: String

    package init() throws {
        var template = Array("/tmp/kwi.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemFailure("mkdtemp") }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file, replacing an existing one.
    package func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SystemFailure("open \(name)") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw SystemFailure("write \(name)") }
    }
}
