internal import Glibc
internal import KeywardCore
internal import Synchronization

/// Keeps an end of the audit chain beside the database: `audit-head` the newest one, so that a chain cut short is
/// noticed; `journal-mark` the last one that the journal was given.
///
/// To be written after the transaction that it tells of: a head that lags behind the database is harmless, one ahead
/// of it means that entries are gone. So no write waits for the disk, but the first: from then on the file has its
/// length. Two places take turns; whatever interrupts the writing of one, the other is whole.
final class AuditHeadFile: AuditHeadStorage {
    static let name = "audit-head"
    static let journalMark = "journal-mark"

    private let name: String
    private let folder: StateFolder
    private let state: Mutex<State>

    private struct State {
        /// `nil` as long as there is no file that holds a head.
        var descriptor: Int32?
        /// The `seq` of what each place holds, 0 for nothing that is whole; empty until it was looked at.
        var places: [Int64] = []
    }

    /// Opens the file. One that is missing or damaged is made with the first head that is written, or at once if the
    /// chain `isNew`: before its first entry is on disk, so that entries without a head are always a loss.
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

    /// What the file holds; it is neither made nor changed.
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
    /// - Throws: `AuditHeadDamaged` if it has something else in it, a ``StartFault`` if it cannot be read.
    func read() throws -> AuditHead? {
        switch try Self.look(in: folder, for: name) {
        case .none: return nil
        case .kept(let head): return head
        case .damaged: throw AuditHeadDamaged()
        }
    }

    /// Keeps `head` in the place of the older one.
    ///
    /// After the chain was cut short its heads count from further back: what was kept of the longer one then gives
    /// way too, or the next start would tell of the same loss again.
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

    /// Which file is open; `nil` if none is.
    var identity: FileIdentity? { state.withLock { $0.descriptor.flatMap { FileIdentity(of: $0) } } }

    /// Makes the file whole, or replaces what is there, durably.
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

    /// What each place holds.
    private static func heads(in bytes: [UInt8]) -> [AuditHead?] {
        [bytes.prefix(AuditHead.lineLength), bytes.dropFirst(AuditHead.lineLength)].map(AuditHead.init(line:))
    }

    /// Waits until the disk has what was written: when the daemon ends.
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
