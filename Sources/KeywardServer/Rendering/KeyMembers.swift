import KeywardBase
import KeywardCore
import KeywardProtocol

// The members of a key in the protocol: their sources, and how a list writes them.

extension Key {
    init(_ view: KeyView, accounts: any AccountDirectory) {
        let (record, attributes) = (view.record, view.record.attributes)
        self.init(
            id: record.id, workspace: view.workspace, name: record.name, prefix: record.prefix,
            status: Status(view.status), facts: view.facts.map { Status($0) }, usageCount: Int(view.usage.valid),
            refusedCount: Int(view.usage.refused), lastUsedAt: view.usage.lastUsedAt.map { Timestamp($0) },
            lastUsedBy: view.usage.lastUsedBy.map { Account(uid: $0, user: accounts.userName(of: $0)) },
            lastRefusedAt: view.lastRefusal.map { Timestamp($0.at) },
            lastRefusedBy: view.lastRefusal.map { Account(uid: $0.uid, user: accounts.userName(of: $0.uid)) },
            lastRefusedCode: view.lastRefusal.map { Verification.Code($0.code) },
            createdAt: Timestamp(record.createdAt), createdBy: Account(record.createdBy),
            expiresAt: record.expiresAt.map { Timestamp($0) }, owner: attributes.owner.map { Owner($0) },
            purpose: attributes.purpose, scopes: attributes.scopes, metadata: JSONText(attributes.metadata),
            limits: view.allowance.map { [Limit]($0) } ?? [], credits: view.allowance.flatMap { Credits($0) },
            budget: view.allowance?.record.name, rotation: view.rotation.map { Rotation($0) },
            revoked: record.revocation.map { Revocation($0) },
            actions: view.actions.map { Action(rawValue: $0.rawValue) },
            addresses: attributes.addresses.map { _ in attributes.addressList },
            importFormat: record.imported.map { "\($0.format.word)" }, foreignPrefix: record.imported?.foreignPrefix)
    }
}

extension ListedKeys {
    static func write(_ column: Column, of key: Key, to buffer: inout ByteBuffer) {
        switch column {
        case .id: write(key.id, to: &buffer)
        case .workspace: write(key.workspace, to: &buffer)
        case .name: write(key.name, to: &buffer)
        case .prefix: write(key.prefix, to: &buffer)
        case .status: write(key.status.rawValue, to: &buffer)
        case .facts: write(key.facts, to: &buffer)
        case .usageCount: buffer.append(decimal: Int64(key.usageCount))
        case .refusedCount: buffer.append(decimal: Int64(key.refusedCount))
        case .lastUsedAt: write(key.lastUsedAt, to: &buffer)
        case .lastUsedBy: write(key.lastUsedBy, to: &buffer)
        case .lastRefusedAt: write(key.lastRefusedAt, to: &buffer)
        case .lastRefusedBy: write(key.lastRefusedBy, to: &buffer)
        case .lastRefusedCode: write(key.lastRefusedCode?.rawValue, to: &buffer)
        case .createdAt: write(key.createdAt, to: &buffer)
        case .createdBy: write(key.createdBy, to: &buffer)
        case .expiresAt: write(key.expiresAt, to: &buffer)
        case .owner: encode(key.owner, to: &buffer)
        case .purpose: write(key.purpose, to: &buffer)
        case .scopes: encode(key.scopes, to: &buffer)
        case .metadata: buffer.append(jsonText: key.metadata)
        // Most keys have none: an encoder costs more than the rest of the key.
        case .limits: if key.limits?.isEmpty == false { encode(key.limits, to: &buffer) } else { buffer.append("[]") }
        case .credits: if key.credits != nil { encode(key.credits, to: &buffer) } else { buffer.append("null") }
        case .budget: write(key.budget, to: &buffer)
        case .rotation: encode(key.rotation, to: &buffer)
        case .revoked: encode(key.revoked, to: &buffer)
        case .actions: write(key.actions, to: &buffer)
        case .addresses: encode(key.addresses, to: &buffer)
        case .importFormat: write(key.importFormat, to: &buffer)
        case .foreignPrefix: write(key.foreignPrefix, to: &buffer)
        }
    }

    /// The members of ``Key``, in the order of output.
    enum Column: String, CaseIterable {
        case id, workspace, name, prefix, status, facts, usageCount, refusedCount, lastUsedAt, lastUsedBy
        case lastRefusedAt, lastRefusedBy, lastRefusedCode, createdAt, createdBy, expiresAt, owner, purpose, scopes,
            metadata, limits, credits, budget, rotation, revoked, actions, addresses, importFormat,
            foreignPrefix
    }
}
