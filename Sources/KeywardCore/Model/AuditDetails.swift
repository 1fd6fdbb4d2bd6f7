/// The members of an entry's details, in the order in which they were added.
package struct AuditDetails: Sendable {
    package enum Value: Sendable {
        case text(String)
        case number(Int64)
        case flag(Bool)
        case instant(Instant)
        case texts([String])
    }

    package private(set) var members: [(name: String, value: Value)] = []

    package init() {}

    /// Adds a member; nothing if `value` is `nil`.
    package mutating func add(_ name: String, _ value: Value?) {
        if let value { members.append((name, value)) }
    }

    /// The same details after the name and prefix of a key, unless they contain these.
    package func naming(_ name: String, _ prefix: String) -> AuditDetails {
        var copy = AuditDetails()
        for (member, value) in [("name", name), ("prefix", prefix)]
        where !members.contains(where: { $0.name == member }) {
            copy.add(member, .text(value))
        }
        copy.members += members
        return copy
    }

    /// The same details with those of `other` after them.
    package func adding(_ other: AuditDetails) -> AuditDetails {
        var copy = self
        copy.members += other.members
        return copy
    }

    /// The same details with one more member.
    package func adding(_ name: String, _ value: Value?) -> AuditDetails {
        var copy = self
        copy.add(name, value)
        return copy
    }
}
