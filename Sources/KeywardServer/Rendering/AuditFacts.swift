package import KeywardCore
import KeywardProtocol

/// The details of an audit entry that the log may contain: names and words of fixed lists, but no free text.
package struct AuditFacts: Hashable, Sendable {
    /// The key's name, a slug, and its public prefix.
    package var keyName: String?
    package var prefix: String?
    /// Why a key ended.
    package var reason: String?
    /// The id of the predecessor of a new key.
    package var predecessor: String?
    /// The days left to a key that is about to expire.
    package var days: Int?
    /// The plans before and after.
    package var formerPlan: String?
    package var plan: String?
    /// The account that got or lost a role.
    package var principal: String?
    package var role: String?
    /// Whether the account may verify keys, if that was or is so.
    package var verifier: Bool?
    /// The account that presented a canary, its client's address, and how often.
    package var uid: UInt32?
    package var address: String?
    package var count: Int?
    /// The budget that was set or removed, or that a key draws on.
    package var budget: String?

    /// No details.
    package init() {}

    package init(of record: AuditRecord) {
        guard let details = try? JSONCoding.decode(Details.self, from: Array(record.details.utf8)) else { return }
        (keyName, prefix, reason) = (details.name, details.prefix, details.reason)
        (predecessor, days, principal, role) = (details.predecessor, details.days, details.principal, details.role)
        (verifier, uid, address, count) = (details.verifier, details.uid, details.address, details.count)
        (formerPlan, plan) = (details.from, details.to ?? details.plan)
        budget = details.budget.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The existing details, by name.
    package var members: [(name: String, value: String)] {
        let all = [
            ("keyName", keyName), ("prefix", prefix), ("reason", reason), ("predecessor", predecessor),
            ("days", days.map { "\($0)" }), ("formerPlan", formerPlan), ("plan", plan), ("principal", principal),
            ("role", role), ("verifier", verifier.map { "\($0)" }), ("budget", budget),
            ("uid", uid.map { "\($0)" }), ("address", address), ("count", count.map { "\($0)" }),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    private struct Details: Decodable {
        var name: String?
        var prefix: String?
        var reason: String?
        var predecessor: String?
        var days: Int?
        var from: String?
        var to: String?
        var plan: String?
        var principal: String?
        var role: String?
        var verifier: Bool?
        var uid: UInt32?
        var address: String?
        var count: Int?
        var budget: String?
    }
}
