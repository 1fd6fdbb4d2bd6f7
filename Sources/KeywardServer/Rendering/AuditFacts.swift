package import KeywardCore
import KeywardProtocol

/// What of an audit entry's details the log may tell beside it: names and words of fixed lists, nothing that a person
/// wrote freely.
package struct AuditFacts: Hashable, Sendable {
    /// The key's name, a slug, and its public prefix.
    package var keyName: String?
    package var prefix: String?
    /// Why a key ended.
    package var reason: String?
    /// The id of the key that a new one succeeds.
    package var predecessor: String?
    /// How many days are left to a key that is about to expire.
    package var days: Int?
    /// The plans before and after.
    package var formerPlan: String?
    package var plan: String?
    /// The account that got or lost a role.
    package var principal: String?
    package var role: String?

    /// Nothing.
    package init() {}

    package init(of record: AuditRecord) {
        guard let details = try? JSONCoding.decode(Details.self, from: Array(record.details.utf8)) else { return }
        (keyName, prefix, reason) = (details.name, details.prefix, details.reason)
        (predecessor, days, principal, role) = (details.predecessor, details.days, details.principal, details.role)
        (formerPlan, plan) = (details.from, details.to ?? details.plan)
    }

    /// Those that there are, by their names.
    package var members: [(name: String, value: String)] {
        let all = [
            ("keyName", keyName), ("prefix", prefix), ("reason", reason), ("predecessor", predecessor),
            ("days", days.map { "\($0)" }), ("formerPlan", formerPlan), ("plan", plan), ("principal", principal),
            ("role", role),
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
    }
}
