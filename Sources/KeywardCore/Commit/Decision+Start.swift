// What a start must store.
extension Decision {
    /// Creates the first workspace if there is none, stores corrected names, and records peppers that are new.
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

/// What the database lacks at a start: stored at once, or with the acknowledgement that changes wait for.
struct StartDebts: Sendable {
    /// The peppers that were recorded before this start.
    var knownPeppers: Set<PepperID>
    var renamings: [WorkspaceName.Renaming]
}
