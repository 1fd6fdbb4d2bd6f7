// Canaries: keys that nobody should ever use.
extension Decision {
    /// Adds an entry for each canary that was used. It names the account by number, because an alarm waits for no name
    /// service.
    mutating func storeCanaryUses(_ uses: [CanaryUse]) {
        for use in uses {
            guard let record = record(number: use.key), let workspace = directory.workspaces[record.workspace] else {
                continue
            }
            let details = AuditDetails().adding("uid", .number(Int64(use.uid)))
                .adding("address", use.address.map { .text($0.description) })
                .adding("count", .number(use.count)).adding("at", .instant(use.at))
            transaction.notes.append(
                AuditNote(
                    .canaryUsed, workspace: workspace.name, keyID: record.id,
                    details: details.naming(record.name, record.prefix)))
        }
    }

    /// Refuses canaries, which can be renamed and revoked, and nothing else.
    func requireNoCanary(_ key: LocatedKey) throws(Refusal) {
        if key.record.isCanary { throw .invalidState(.isCanary, status(of: key)) }
    }
}
