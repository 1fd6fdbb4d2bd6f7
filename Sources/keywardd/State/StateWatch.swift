internal import KeywardCore

/// Notices when what the daemon has open is moved away or replaced under it: what it writes then is lost.
struct StateWatch: Sendable {
    private let folder: StateFolder
    private let auditHead: AuditHeadFile
    private let known: [StateFile: FileIdentity]

    /// Remembers which files they are. To be made when all of them are open.
    init(_ folder: StateFolder, _ auditHead: AuditHeadFile) {
        self.folder = folder
        self.auditHead = auditHead
        var known: [StateFile: FileIdentity] = [:]
        known[.folder] = FileIdentity(of: folder.descriptor)
        for file in [StateFile.database, .log, .lock] { known[file] = folder.identity(of: file.rawValue) }
        self.known = known
    }

    /// Which file is not what it was; `nil` if all are.
    func check() -> WriteBar? {
        var known = known
        // It is replaced when its loss is acknowledged.
        known[.auditHead] = auditHead.identity
        return Self.verdict(known) { file in
            file == .folder ? FileIdentity(at: folder.path) : folder.identity(of: file.rawValue)
        }
    }

    /// The first of the files, the folder before what is in it, that is not found as it is known.
    static func verdict(_ known: [StateFile: FileIdentity], found: (StateFile) -> FileIdentity?) -> WriteBar? {
        StateFile.allCases.first { file in known[file].map { $0 != found(file) } ?? false }.map { .moved($0) }
    }
}
