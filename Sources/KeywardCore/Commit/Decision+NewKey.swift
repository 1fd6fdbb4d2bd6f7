// The common parts of creating and rotating keys.
extension Decision {
    /// Refuses a `requestId` that created a key within the window; stores a new one.
    mutating func remember(_ requestID: String?, in workspace: WorkspaceRecord) throws(Refusal) {
        guard let requestID else { return }
        let seen = requests[RequestLog.ID(workspace: workspace.number, requestID: requestID)]
        if let seen, now - seen.at < RequestLog.window {
            throw .conflict(
                .requestIDUsed,
                keyID: registry.read { $0.record(number: seen.key)?.id })
        }
        transaction.changes.requests.append(
            RequestRecord(workspace: workspace.number, requestID: requestID, key: 0, at: now))
    }

    /// Mints keys until the prefix is unused.
    func mint(tag: String, using generator: inout any RandomNumberGenerator & Sendable) -> MintedKey {
        while true {
            let minted = MintedKey(tag: tag, using: &generator)
            let prefix = minted.prefix
            if !registry.read({ $0.hasPrefix(prefix) }) { return minted }
        }
    }

    /// The record of a new key, which is stored with the remembered request.
    mutating func newRecord(
        name: String, in workspace: WorkspaceRecord, _ minted: borrowing MintedKey,
        using generator: inout any RandomNumberGenerator & Sendable
    ) -> KeyRecord {
        transaction.writer.lastKeyNumber += 1
        let number = transaction.writer.lastKeyNumber
        for index in transaction.changes.requests.indices { transaction.changes.requests[index].key = number }
        return KeyRecord(
            number: number, id: ULID.keyID(at: now, using: &generator), workspace: workspace.number, name: name,
            prefix: minted.prefix, digest: minted.digest(under: peppers.current), pepper: peppers.current.id,
            createdAt: now, createdBy: caller.actor)
    }
}

extension AuditDetails {
    /// The details of a new key.
    static func details(of record: KeyRecord) -> AuditDetails {
        var details = AuditDetails()
            .adding("name", .text(record.name)).adding("prefix", .text(record.prefix))
            .adding("expiresAt", record.expiresAt.map { .instant($0) })
        record.attributes.describe(in: &details)
        return details
    }
}
