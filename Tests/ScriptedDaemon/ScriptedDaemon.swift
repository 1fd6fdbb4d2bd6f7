internal import Glibc
internal import KeywardBase
internal import Synchronization

/// A daemon that answers as a test scripts it, on a socket in its own folder. It serves one connection after another.
package final class ScriptedDaemon: Sendable {
    /// The socket's path.
    package let path: String
    private let folder: ShortFolder
    private let listener: Int32
    private let thread: Mutex<NamedThread?>
    private let current = Mutex(Current())
    private let lines = Mutex<[String]>([])

    /// Every line that was received, in order.
    package var received: [String] { lines.withLock { $0 } }

    /// Starts a daemon that runs `script` for each connection, and closes it when `script` returns.
    package init(
        in folder: ShortFolder = ShortFolder(), _ script: @escaping @Sendable (_ peer: Peer) -> Void
    ) {
        self.folder = folder
        path = folder.path + "/s"
        listener = Self.listen(path)
        thread = Mutex(nil)
        // A machine without a thread for it cannot run the test.
        let started = try? NamedThread("scripted") { [self] in serve(script) }
        precondition(started != nil)
        thread.withLock { $0 = started }
    }

    /// Starts a daemon that answers every line with the result of `answer`: the JSON of a result, or of an error.
    package convenience init(
        in folder: ShortFolder = ShortFolder(), answering answer: @escaping @Sendable (_ line: String) -> Answer
    ) {
        self.init(in: folder) { peer in
            while let line = peer.readLine() { peer.write(answer(line).line(to: line)) }
        }
    }

    /// Ends the daemon; a connection that it serves is shut down.
    package func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        current.withLock { current in
            current.isStopping = true
            if current.descriptor >= 0 { _ = shutdown(current.descriptor, Int32(SHUT_RDWR)) }
        }
        thread.join()
        close(listener)
        unlink(path)
    }

    private func serve(_ script: (Peer) -> Void) {
        var index = 0
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0 { return }
            defer { close(descriptor) }
            let isStopping = current.withLock { current in
                current.descriptor = descriptor
                return current.isStopping
            }
            if isStopping { return }
            script(Peer(descriptor: descriptor, index: index, daemon: self))
            current.withLock { $0.descriptor = -1 }
            index += 1
        }
    }

    fileprivate func note(_ line: String) {
        lines.withLock { $0.append(line) }
    }

    private static func listen(_ path: String) -> Int32 {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let result = UnixSocketAddress(path)?.withPointer { bind(listener, $0, $1) }
        precondition(result == 0 && Glibc.listen(listener, 16) == 0)
        return listener
    }

    /// The connection being served.
    private struct Current {
        var descriptor: Int32 = -1
        var isStopping = false
    }
}

/// The same, for use where another module's type has the short name too.
package typealias ScriptedAnswer = Answer

/// The answer of a scripted daemon.
package enum Answer: Sendable {
    /// The JSON of a result.
    case result(String)
    /// The JSON of an error object.
    case error(String)

    /// The reply to the request `line`.
    package func line(to line: String) -> String {
        let id = Request.id(line)
        return switch self {
        case .result(let json): #"{"jsonrpc":"2.0","id":\#(id),"result":\#(json)}"# + "\n"
        case .error(let json): #"{"jsonrpc":"2.0","id":\#(id),"error":\#(json)}"# + "\n"
        }
    }
}

/// Reads a request's line without parsing JSON: the client writes its members in a fixed order.
package enum Request {
    /// The request's id.
    package static func id(_ line: String) -> String {
        String(line.split(separator: "\"id\":")[1].prefix { $0.isNumber })
    }

    /// The request's method.
    package static func method(_ line: String) -> String {
        String(line.split(separator: "\"method\":\"")[1].prefix { $0 != "\"" })
    }

    /// The request's `key`.
    package static func key(_ line: String) -> String {
        String(line.split(separator: "\"key\":\"")[1].prefix { $0 != "\"" })
    }
}

/// A client of a scripted daemon.
package final class Peer {
    private let descriptor: Int32
    /// The number of this connection, from 0.
    package let index: Int
    private let daemon: ScriptedDaemon
    private var buffer: [UInt8] = []

    fileprivate init(descriptor: Int32, index: Int, daemon: ScriptedDaemon) {
        self.descriptor = descriptor
        self.index = index
        self.daemon = daemon
    }

    /// Waits for a whole line; `nil` when the client has disconnected.
    package func readLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                daemon.note(line)
                return line
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    /// Waits until the client has disconnected.
    package func readToEnd() {
        while readLine() != nil {}
    }

    /// Sends text unchanged, as much as the client accepts.
    package func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }
}

/// A folder with a short path, removed with its contents, one level deep.
package final class ShortFolder: Sendable {
    /// The folder's path.
    package let path: String

    /// Makes the folder.
    package init() {
        var template = Array("/tmp/kw-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, let made = mkdtemp(base) else { preconditionFailure() }
            return String(cString: made)
        }
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink("\(path)/\(name)")
        }
        closedir(folder)
        rmdir(path)
    }
}
