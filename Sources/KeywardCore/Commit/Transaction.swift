/// The writes of one change during its decision: rows, audit entries, and the directory and the numbers after it.
package struct Transaction: Sendable {
    var changes: Changes
    var notes: [AuditNote] = []
    /// The workspaces and members, with the changes so far.
    package internal(set) var directory: Directory
    var writer: Writer
    /// Warnings for the caller with a success.
    var advice: [Advice] = []

    /// The last numbers of keys, workspaces and audit entries after the last transaction.
    struct Writer: Sendable {
        /// The position of that transaction in the sequence of all transactions.
        var position: Int64 = 0
        var chain: AuditChain
        var lastKeyNumber: Int64
        var lastWorkspaceNumber: Int64
        var lastAllowanceNumber: Int64
        /// The latest instant at which a change was decided.
        var latest = Instant.distantPast

        /// Continues after a transaction that was decided elsewhere.
        mutating func follow(_ changes: Changes) {
            position += 1
            if let last = changes.audit.last { chain.follow(AuditHead(seq: last.seq, hash: last.hash)) }
            lastKeyNumber = max(lastKeyNumber, changes.keys.map(\.number).max() ?? 0)
            lastWorkspaceNumber = max(lastWorkspaceNumber, changes.workspaces.map(\.number).max() ?? 0)
            lastAllowanceNumber = max(lastAllowanceNumber, changes.allowances.map(\.number).max() ?? 0)
            latest = changes.setsBack ? changes.mark : max(latest, changes.mark)
        }
    }

    /// Whether there is anything to write. A change of a key or a workspace has an entry; another digest of a key's secret
    /// changes nothing that anybody sees.
    var changesAnything: Bool {
        !notes.isEmpty || changes.forgetRequestsBefore != nil || changes.clock != nil || !changes.renewed.isEmpty
            || !changes.peppers.isEmpty
    }

    init(changes: Changes, directory: Directory, writer: Writer) {
        self.changes = changes
        self.directory = directory
        self.writer = writer
    }

    /// Links its entries to the audit chain, after those of earlier transactions.
    mutating func seal(by actor: Actor, at now: Instant) {
        var chain = writer.chain
        changes.audit = notes.map { chain.append($0, by: actor, at: now) }
        writer.chain = chain
        writer.position += 1
        writer.latest = changes.setsBack ? changes.mark : max(writer.latest, changes.mark)
    }
}

extension Transaction {
    /// Adds a key's new row and the entry about it.
    mutating func add(
        _ record: KeyRecord, _ action: AuditNote.Action, in workspace: WorkspaceRecord,
        _ details: AuditDetails = AuditDetails()
    ) {
        changes.keys.append(record)
        let named = details.naming(record.name, record.prefix)
        notes.append(AuditNote(action, workspace: workspace.name, keyID: record.id, details: named))
    }

    /// Adds a workspace.
    @discardableResult
    mutating func addWorkspace(named name: String, plan: String?, tag: String, at now: Instant) -> WorkspaceRecord {
        writer.lastWorkspaceNumber += 1
        let record = WorkspaceRecord(
            number: writer.lastWorkspaceNumber, name: name, plan: plan ?? directory.policy.defaultPlan, tag: tag,
            createdAt: now)
        let details = AuditDetails().adding("plan", .text(record.plan)).adding("tag", .text(tag))
        put(record, AuditNote(.workspaceCreated, workspace: name, details: details))
        return record
    }

    /// Stores the names that a start has corrected (``WorkspaceName/renamings(of:)``).
    mutating func store(_ renamings: [WorkspaceName.Renaming]) {
        for renaming in renamings {
            let details = AuditDetails().adding("formerName", .text(renaming.formerName))
            put(renaming.record, AuditNote(.workspaceRenamed, workspace: renaming.record.name, details: details))
        }
    }

    /// Sets a workspace's row and adds the entry about it.
    mutating func put(_ workspace: WorkspaceRecord, _ note: AuditNote) {
        changes.workspaces.append(workspace)
        directory.put(workspace)
        notes.append(note)
    }
}
