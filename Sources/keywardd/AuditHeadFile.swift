internal import Glibc
internal import KeywardCore

/// Keeps the end of the audit chain beside the database, so that a chain cut short is noticed.
///
/// To be written after the transaction that it tells of: a head that lags behind the database is harmless, one ahead
/// of it means that entries are gone. So no write waits for the disk. Two places take turns; whatever interrupts the
/// writing of one, the other is whole.
struct AuditHeadFile: AuditHeadKeeper {
    static let name = "audit-head"

    private let path: String
    private let descriptor: Int32

    /// Opens the file, or makes it.
    init(in folder: StateFolder) throws(StartFault) {
        path = folder.file(Self.name)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .configuration(
                "\(FileFault.last("open", path)).", "It must be a plain file of the user that the daemon runs as.")
        }
    }

    /// The later of the two heads; `nil` if none was ever written.
    func read() throws(StartFault) -> AuditHead? {
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try SmallFile.read(descriptor, path: path, atMost: 2 * AuditHead.lineLength)
        } catch {
            throw .configuration("\(error).", Self.remedy)
        }
        let heads = [bytes.prefix(AuditHead.lineLength), bytes.dropFirst(AuditHead.lineLength)]
            .compactMap(AuditHead.init(line:))
        guard let latest = heads.max(by: { $0.seq < $1.seq }) else {
            guard bytes.allSatisfy({ $0 == 0 }) else { throw .configuration("\(path) is damaged.", Self.remedy) }
            return nil
        }
        return latest
    }

    /// Keeps `head`, whose `seq` is one more than that of the last one or further on.
    func write(_ head: AuditHead) throws(FileFault) {
        let place = Int(head.seq % 2) * AuditHead.lineLength
        try SmallFile.write(head.line, to: descriptor, at: place, path: path)
    }

    /// Waits until the disk has what was written: when the daemon ends.
    func synchronize() throws(FileFault) {
        guard fdatasync(descriptor) == 0 else { throw .last("sync", path) }
    }

    func close() {
        Glibc.close(descriptor)
    }

    private static let remedy =
        "Restore it from your backup, or, if you accept that entries may be missing, remove it."
}
