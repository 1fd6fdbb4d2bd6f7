import KeywardCore

/// Copies the database, including the usage counted until then.
struct BackupWriter: Sendable {
    private let folder: any BackupFolder
    private let authority: Authority
    private let flusher: UsageFlusher

    init(to folder: any BackupFolder, of authority: Authority, _ flusher: UsageFlusher) {
        self.folder = folder
        self.authority = authority
        self.flusher = flusher
    }

    /// Writes a copy, while `goesOn`. Never call it on the maintenance queue.
    func write(
        _ name: String, while goesOn: () -> Bool
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String) {
        try folder.write(name, while: goesOn) { (path) throws(Refusal) in
            flusher.storeSoFar()
            try authority.backUp(toFile: path, while: goesOn)
        }
    }
}
