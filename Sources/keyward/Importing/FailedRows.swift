internal import Glibc
internal import KeywardBase
internal import KeywardClient

/// The rows that were not imported, as in the file that had them, in a new file with mode 0600: they may have secrets.
final class FailedRows {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var hasHeader = false
    private(set) var count = 0

    /// Creates the file. It must not exist, not even as a link.
    init(path: String) throws(Failure) {
        self.path = path
        descriptor = try NewFile.create(at: path)
    }

    deinit {
        _ = close(descriptor)
    }

    /// Adds a row; before the first one of a CSV file, its header.
    func add(_ row: [UInt8], header: [UInt8]?) throws(Failure) {
        if !hasHeader, let header { buffer += header + [UInt8(ascii: "\n")] }
        hasHeader = true
        buffer += row + [UInt8(ascii: "\n")]
        count += 1
        if buffer.count >= 64 << 10 { try write() }
    }

    /// Writes everything to disk. Without a failed row the file is removed.
    func finish() throws(Failure) {
        guard count > 0 else {
            unlink(path)
            return
        }
        try write()
        guard fsync(descriptor) == 0 else { throw fault(errno) }
    }

    private func write() throws(Failure) {
        let failure = buffer.withUnsafeBytes { OutputBytes.write($0, to: descriptor) }
        guard failure == 0 else { throw fault(failure) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func fault(_ number: Int32) -> Failure {
        .refused("\(path) cannot be written: \(systemMessage(number)).")
    }
}
