/// A change that is being decided.
struct Draft {
    var changes: Changes
    var notes: [AuditNote] = []
    var directory: Directory
    var changesDirectory = false
    var writer: Authority.Writer
    var advice: [Advice] = []

    /// Whether there is anything to write. What changes a key or a workspace is always told of.
    var changesAnything: Bool { !notes.isEmpty || changes.forgetRequestsBefore != nil || changes.clock != nil }

    init(changes: Changes, directory: Directory, writer: Authority.Writer) {
        self.changes = changes
        self.directory = directory
        self.writer = writer
    }
}
