internal import KeywardCore
internal import KeywardServer

/// The fields of an audit entry that a restore needs, read from a database or from its copy in the journal.
struct TrailEntry: Equatable, Sendable {
    var seq: Int64
    var at: Instant
    var action: String
    var workspace: String?
    var keyID: String?
    var actor: Actor
    var facts: AuditFacts

    init(_ record: AuditRecord) {
        (seq, at, action) = (record.seq, record.at, record.action)
        (workspace, keyID, actor) = (record.workspace, record.keyID, record.actor)
        facts = AuditFacts(of: record)
    }

    /// Parses a journal entry; `nil` if it is not a copy of an audit entry.
    init?(journal fields: [String: String], at: Instant) {
        guard let seq = fields["KEYWARD_AUDIT_SEQ"].flatMap({ Int64($0) }), let action = fields["KEYWARD_EVENT"],
            let uid = fields["KEYWARD_ACTOR_UID"].flatMap({ UInt32($0) })
        else { return nil }
        (self.seq, self.at, self.action) = (seq, at, action)
        (workspace, keyID) = (fields["KEYWARD_WORKSPACE"], fields["KEYWARD_KEY_ID"])
        actor = Actor(uid: uid, user: fields["KEYWARD_ACTOR"])
        facts = AuditFacts()
        (facts.keyName, facts.prefix) = (fields["KEYWARD_KEY_NAME"], fields["KEYWARD_PREFIX"])
        (facts.reason, facts.predecessor) = (fields["KEYWARD_REASON"], fields["KEYWARD_PREDECESSOR"])
        (facts.formerPlan, facts.plan) = (fields["KEYWARD_FORMER_PLAN"], fields["KEYWARD_PLAN"])
        (facts.principal, facts.role) = (fields["KEYWARD_PRINCIPAL"], fields["KEYWARD_ROLE"])
        facts.verifier = fields["KEYWARD_VERIFIER"].map { $0 == "true" }
        facts.budget = fields["KEYWARD_BUDGET"]
    }

    /// `2026-11-27T13:00:01Z  key.revoked  pay (kw_7LAorbUO), by alice (uid 1000)`
    var line: String {
        let key = facts.keyName.map { name in name + (facts.prefix.map { " (\($0))" } ?? "") } ?? keyID
        let budget = facts.budget.map { "budget \($0)" }
        let subject = key ?? facts.principal ?? budget ?? workspace.map { "workspace \($0)" } ?? "the daemon"
        let plan = facts.formerPlan.flatMap { former in facts.plan.map { " from \(former) to \($0)" } } ?? ""
        let who = actor.user.map { "\($0) (uid \(actor.uid))" } ?? "uid \(actor.uid)"
        return "\(SystemClock.text(at))  \(action)  \(subject)\(plan), by \(who)"
    }
}
