// What a start has to store.
extension Decision {
    /// Makes the first workspace if there is none, stores names that were mended, and notes peppers that are seen for
    /// the first time.
    mutating func completeStart() {
        if directory.workspaces.isEmpty {
            transaction.addWorkspace(named: "default", plan: nil, tag: "kw", at: now)
        }
        transaction.store(debts.renamings)
        for pepper in peppers.all where !debts.knownPeppers.contains(pepper.id) {
            transaction.changes.peppers.append(pepper.record)
            transaction.notes.append(AuditNote(.pepperAdded))
        }
    }
}

/// What a start has found that the database lacks: stored at once, or with the acknowledgement that changes wait for.
struct StartDebts: Sendable {
    /// The peppers that were seen before this start.
    var knownPeppers: Set<PepperID>
    var renamings: [WorkspaceName.Renaming]
}
