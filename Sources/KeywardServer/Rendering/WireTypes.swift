package import KeywardCore
import KeywardProtocol

// The domain's values as values of the protocol.

extension Timestamp {
    init(_ instant: Instant) { self.init(milliseconds: instant.milliseconds) }
}

extension Instant {
    init(_ timestamp: Timestamp) { self.init(milliseconds: timestamp.milliseconds) }
}

extension Owner {
    init(_ record: OwnerRecord) {
        self.init(name: record.name, contact: record.contact, principal: record.principal)
    }
}

extension OwnerRecord {
    init(_ owner: Owner) {
        // A principal is an account's name, which the name services compare by bytes.
        self.init(
            name: owner.name.map(FreeText.normalized), contact: owner.contact.map(FreeText.normalized),
            principal: owner.principal)
    }
}

extension Account {
    init(_ actor: Actor) { self.init(uid: actor.uid, user: actor.user) }
}

extension KeyState {
    init(_ key: NamedKey) {
        self.init(keyId: key.id, prefix: key.prefix, status: Key.Status(key.status))
    }
}

extension Verification.Code {
    init(_ code: Verdict.Code) { self.init(rawValue: "\(code)") }
}

extension Key.Status {
    init(_ status: KeyStatus) { self.init(rawValue: status.rawValue) }
}

extension Key.Rotation {
    init(_ view: RotationView) {
        self.init(
            predecessor: view.predecessorID, successor: view.successorID, startedAt: Timestamp(view.startedAt),
            firstUsedAt: view.firstUsedAt.map { Timestamp($0) }, graceEndsAt: view.graceEndsAt.map { Timestamp($0) })
    }
}

extension Key.Revocation {
    init(_ record: KeyRecord.Revocation) {
        self.init(
            at: Timestamp(record.at), by: Account(record.by), reason: Reason(rawValue: record.reason),
            note: record.note)
    }
}

extension Workspace {
    init(_ view: Authority.WorkspaceView) {
        self.init(
            name: view.record.name, plan: view.record.plan, apiAccess: view.plan.apiAccess, tag: view.record.tag,
            keys: Tally(view.keys), createdAt: Timestamp(view.record.createdAt), closed: view.isClosed)
    }
}

extension Tally {
    init(_ counts: [KeyStatus: Int]) {
        self.init(Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }))
    }
}

extension Access {
    init(_ workspace: WorkspaceRecord, _ plan: Plan, _ role: Role) {
        let notice = "API access is not part of this plan. Upgrade required"
        self.init(
            plan: workspace.plan, apiAccess: plan.apiAccess,
            notice: plan.apiAccess ? nil : plan.upgradeURL.map { "\(notice): \($0)" } ?? "\(notice).",
            role: Member.Role(rawValue: role.rawValue))
    }
}

extension Member {
    init(_ grant: Grant, isVoid: Bool) {
        self.init(
            principal: grant.principal.text, id: grant.principal.id,
            role: grant.role.map { Role(rawValue: $0.rawValue) } ?? .none, verifier: grant.isVerifier,
            grantedAt: Timestamp(grant.grantedAt), grantedBy: Account(grant.grantedBy), void: isVoid)
    }
}

extension AuditEntry {
    init(_ record: AuditRecord) {
        self.init(
            seq: Int(record.seq), at: Timestamp(record.at), actor: Account(record.actor), action: record.action,
            workspace: record.workspace, keyId: record.keyID, details: JSONText(record.details),
            hash: record.hash.hexadecimal)
    }
}

extension Digest {
    /// 64 hexadecimal digits.
    package var hexadecimal: String {
        String(unsafeUninitializedCapacity: 64) { text in
            for (index, byte) in bytes.enumerated() {
                text[2 * index] = Self.digit(byte >> 4)
                text[2 * index + 1] = Self.digit(byte & 15)
            }
            return 64
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

extension Warning {
    init(_ advice: Advice) {
        switch advice {
        case .ownerUnknown(let principal):
            self.init(
                code: "ownerUnknown",
                message: "The owner \(principal) is no account of this host. Until there is one, nobody can confirm a "
                    + "rotation as the owner.")
        case .nameLooksPersonal(let trait):
            self.init(
                code: "nameLooksPersonal",
                message: "The name seems to hold \(trait.phrase). Use a name with purpose and environment only.")
        }
    }
}

extension AuditDetails {
    /// The details as a JSON object.
    package static func render(_ details: AuditDetails) -> String {
        // Text and integers can always be encoded.
        (try? JSONCoding.string(of: Members(details: details))) ?? "{}"
    }

    private struct Members: Encodable {
        var details: AuditDetails

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: MemberName.self)
            for (name, value) in details.members {
                let key = MemberName(stringValue: name)
                switch value {
                case .text(let text): try container.encode(text, forKey: key)
                case .number(let number): try container.encode(number, forKey: key)
                case .flag(let flag): try container.encode(flag, forKey: key)
                case .instant(let instant): try container.encode(Timestamp(instant), forKey: key)
                case .texts(let texts): try container.encode(texts, forKey: key)
                }
            }
        }
    }

    private struct MemberName: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
