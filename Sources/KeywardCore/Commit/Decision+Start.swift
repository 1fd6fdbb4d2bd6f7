// What a start must store.
extension Decision {
    /// Creates the first workspace if there is none, stores corrected names, and records peppers that are new.
    mutating func completeStart() {
        if directory.workspaces.isEmpty {
            transaction.addWorkspace(named: "default", plan: nil, tag: "kw", at: now)
        }
        transaction.store(debts.renamings)
        for record in peppers.all.map(\.record) where !debts.peppers.contains(record) {
            transaction.changes.peppers.append(record)
            // An earlier version has recorded it without its audit key.
            if !debts.peppers.contains(where: { $0.id == record.id }) {
                transaction.notes.append(AuditNote(.pepperAdded))
            }
        }
        for var record in debts.removedPeppers {
            record.isRemoved = true
            transaction.changes.peppers.append(record)
            transaction.notes.append(
                AuditNote(.pepperRemoved, details: AuditDetails().adding("pepper", .text(record.id.text))))
        }
    }
}

/// What the database lacks at a start: stored at once, or with the acknowledgement that changes wait for.
struct StartDebts: Sendable {
    /// The peppers that were recorded before this start.
    var peppers: [PepperRecord]
    /// Those of which only the audit key is left, which no start has recorded.
    var removedPeppers: [PepperRecord]
    var renamings: [WorkspaceName.Renaming]
}
