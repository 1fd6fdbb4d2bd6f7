internal import KeywardCore

/// Detects that an open file was moved away or replaced: later writes to it would be lost.
struct StateWatch: Sendable {
    private let folder: StateFolder
    private let auditHead: AuditHeadFile
    private let known: [StateFile: FileIdentity]

    /// Records the identities of the files. Create it when all of them are open.
    init(_ folder: StateFolder, _ auditHead: AuditHeadFile) {
        self.folder = folder
        self.auditHead = auditHead
        var known: [StateFile: FileIdentity] = [:]
        known[.folder] = FileIdentity(of: folder.descriptor)
        for file in [StateFile.database, .log, .lock] { known[file] = folder.identity(of: file.rawValue) }
        self.known = known
    }

    /// The file that has changed; `nil` if none has.
    func check() -> WriteBar? {
        var known = known
        // It is replaced when an operator acknowledges its loss.
        known[.auditHead] = auditHead.identity
        return Self.verdict(known) { file in
            file == .folder ? FileIdentity(at: folder.path) : folder.identity(of: file.rawValue)
        }
    }

    /// The first file, the folder before its contents, that has not the known identity.
    static func verdict(_ known: [StateFile: FileIdentity], found: (StateFile) -> FileIdentity?) -> WriteBar? {
        StateFile.allCases.first { file in known[file].map { $0 != found(file) } ?? false }.map { .moved($0) }
    }
}
