internal import Glibc
internal import KeywardBase
internal import KeywardCore
internal import Synchronization

/// Stores an end of the audit chain beside the database. `audit-head` has the newest end, so that a truncated chain is
/// detected. `journal-mark` has the last entry that was written to the journal.
///
/// Write it after the transaction of the entry. A head that lags behind the database is harmless; one ahead of it means
/// that entries are missing. So only the first write waits for the disk, which gives the file its length. Writes
/// alternate between two slots: if one write is interrupted, the other slot is intact.
final class AuditHeadFile: AuditHeadStorage {
    static let name = "audit-head"
    static let journalMark = "journal-mark"

    private let name: String
    private let folder: StateFolder
    private let state: Mutex<State>

    private struct State {
        /// `nil` until a file with a head exists.
        var descriptor: Int32?
        /// The `seq` in each slot, 0 for an invalid one; empty until they were read.
        var places: [Int64] = []
    }

    /// Opens the file. A missing or damaged file is created with the first head written. If the chain `isNew`, it is
    /// created at once, before the first entry is on disk. So entries without a head always mean a loss.
    init(in folder: StateFolder, named name: String = name, chainIsNew isNew: Bool) throws(StartFault) {
        self.name = name
        self.folder = folder
        let found = try Self.look(in: folder, for: name)
        state = Mutex(State())
        do throws(FileFault) {
            if isNew, found == .none { try make(.start) }
            if isNew || found != .none && found != .damaged { try open() }
        } catch {
            throw .opening(error)
        }
    }

    /// Reads the file without creating or changing it.
    static func look(in folder: StateFolder, for name: String) throws(StartFault) -> KeptHead {
        do throws(FileFault) {
            let descriptor = try SmallFile.open(name, in: folder, O_RDONLY)
            defer { Glibc.close(descriptor) }
            return kept(in: try content(of: descriptor, folder.file(name)))
        } catch {
            if error.errno == ENOENT { return .none }
            if error.errno == EFBIG { return .damaged }
            throw .opening(error)
        }
    }

    /// The later of the two heads; `nil` if there is no file.
    ///
    /// - Throws: `AuditHeadDamaged` if the file has other content, a ``StartFault`` if it cannot be read.
    func read() throws -> AuditHead? {
        switch try Self.look(in: folder, for: name) {
        case .none: return nil
        case .kept(let head): return head
        case .damaged: throw AuditHeadDamaged()
        }
    }

    /// Stores `head` in the slot of the older one.
    ///
    /// After the chain was truncated, its heads have lower numbers. Then the slot of the longer chain is overwritten
    /// too. Otherwise the next start would report the same loss again.
    func write(_ head: AuditHead) throws(FileFault) {
        try state.withLock { (state) throws(FileFault) in
            guard let descriptor = state.descriptor else {
                try make(head)
                return try open(&state)
            }
            if state.places.isEmpty {
                state.places = Self.heads(in: try Self.content(of: descriptor, folder.file(name))).map { $0?.seq ?? 0 }
            }
            let older = state.places[0] <= state.places[1] ? 0 : 1
            for place in [older, 1 - older] where place == older || state.places[place] > head.seq {
                let offset = place * AuditHead.lineLength
                try SmallFile.write(head.line, to: descriptor, at: offset, path: folder.file(name))
                state.places[place] = head.seq
            }
        }
    }

    /// The identity of the open file; `nil` if none is open.
    var identity: FileIdentity? { state.withLock { $0.descriptor.flatMap { FileIdentity(of: $0) } } }

    /// Completes the file, or replaces it, durably.
    private func make(_ head: AuditHead) throws(FileFault) {
        try SmallFile.replace(name, in: folder, with: head.line + head.line)
    }

    private func open() throws(FileFault) {
        try state.withLock { (state) throws(FileFault) in try open(&state) }
    }

    private func open(_ state: inout State) throws(FileFault) {
        state = State(descriptor: try SmallFile.open(name, in: folder, O_RDWR))
    }

    private static func content(of descriptor: Int32, _ path: String) throws(FileFault) -> [UInt8] {
        try SmallFile.read(descriptor, path: path, atMost: 2 * AuditHead.lineLength)
    }

    private static func kept(in bytes: [UInt8]) -> KeptHead {
        if bytes.isEmpty { return .none }
        return heads(in: bytes).compactMap { $0 }.max { $0.seq < $1.seq }.map { .kept($0) } ?? .damaged
    }

    /// The content of each slot.
    private static func heads(in bytes: [UInt8]) -> [AuditHead?] {
        [bytes.prefix(AuditHead.lineLength), bytes.dropFirst(AuditHead.lineLength)].map(AuditHead.init(line:))
    }

    /// Waits until the writes are on disk; called when the daemon stops.
    func synchronize() throws(FileFault) {
        try state.withLock { (state) throws(FileFault) in
            guard let descriptor = state.descriptor else { return }
            guard fdatasync(descriptor) == 0 else { throw .last("sync", folder.file(name)) }
        }
    }

    func close() {
        state.withLock { state in
            if let descriptor = state.descriptor { Glibc.close(descriptor) }
            state = State()
        }
    }
}
