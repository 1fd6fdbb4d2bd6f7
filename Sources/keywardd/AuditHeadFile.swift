internal import Glibc
internal import KeywardCore
internal import Synchronization

/// Keeps the end of the audit chain beside the database, so that a chain cut short is noticed.
///
/// To be written after the transaction that it tells of: a head that lags behind the database is harmless, one ahead
/// of it means that entries are gone. So no write waits for the disk. Two places take turns; whatever interrupts the
/// writing of one, the other is whole.
final class AuditHeadFile: AuditHeadKeeper {
    static let name = "audit-head"

    private let path: String
    private let descriptor: Int32
    /// The `seq` of what each place holds, 0 for nothing that is whole; `nil` until it was looked at.
    private let places = Mutex<[Int64]?>(nil)

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
        do throws(FileFault) { bytes = try content() } catch { throw .configuration("\(error).", Self.remedy) }
        let heads = Self.heads(in: bytes)
        guard let latest = heads.compactMap({ $0 }).max(by: { $0.seq < $1.seq }) else {
            guard bytes.allSatisfy({ $0 == 0 }) else { throw .configuration("\(path) is damaged.", Self.remedy) }
            return nil
        }
        return latest
    }

    /// Keeps `head` in the place of the older one.
    ///
    /// After the chain was cut short its heads count from further back: what was kept of the longer one then gives
    /// way too, or the next start would tell of the same loss again.
    func write(_ head: AuditHead) throws(FileFault) {
        try places.withLock { (places) throws(FileFault) in
            var seqs = places ?? []
            if seqs.isEmpty { seqs = Self.heads(in: try content()).map { $0?.seq ?? 0 } }
            let older = seqs[0] <= seqs[1] ? 0 : 1
            for place in [older, 1 - older] where place == older || seqs[place] > head.seq {
                try SmallFile.write(head.line, to: descriptor, at: place * AuditHead.lineLength, path: path)
                seqs[place] = head.seq
                places = seqs
            }
        }
    }

    private func content() throws(FileFault) -> [UInt8] {
        try SmallFile.read(descriptor, path: path, atMost: 2 * AuditHead.lineLength)
    }

    /// What each place holds.
    private static func heads(in bytes: [UInt8]) -> [AuditHead?] {
        [bytes.prefix(AuditHead.lineLength), bytes.dropFirst(AuditHead.lineLength)].map(AuditHead.init(line:))
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
