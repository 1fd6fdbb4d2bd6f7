internal import KeywardClient
internal import KeywardProtocol

/// The fields of a key in a list.
struct KeyRow: Hashable, Sendable {
    var workspace: String
    var name: String
    var prefix: String
    var status: Key.Status
    var facts: [Key.Status]
    var usageCount: Int
    var lastUsedAt: Timestamp?
    var lastUsedBy: Account?
    var expiresAt: Timestamp?
    var actions: [Key.Action]

    /// The members that a list requests.
    static let columns = [
        "workspace", "name", "prefix", "status", "facts", "usageCount", "lastUsedAt", "lastUsedBy", "expiresAt",
        "actions",
    ].map { ListKeys.KeyColumn(rawValue: $0) }
}

extension KeyRow {
    init(_ key: Key) {
        self.init(
            workspace: key.workspace, name: key.name, prefix: key.prefix, status: key.status, facts: key.facts,
            usageCount: key.usageCount, lastUsedAt: key.lastUsedAt, lastUsedBy: key.lastUsedBy,
            expiresAt: key.expiresAt, actions: key.actions)
    }
}

extension KeyRow {
    /// Parses a key; `nil` if a displayed member is missing or of another type.
    init?(_ key: Int, of tape: borrowing JSONTape, in text: Span<UInt8>) {
        guard tape[key].kind == .object else { return nil }
        var (workspace, name, prefix, status): (String?, String?, String?, String?)
        var usageCount: Int?
        var (facts, actions): ([String], [String]) = ([], [])
        var (lastUsedAt, expiresAt): (Timestamp?, Timestamp?)
        var lastUsedBy: Account?
        tape.forEachMember(of: key) { member, value in
            if tape.equals(member, "workspace", in: text) {
                workspace = tape.string(value, in: text)
            } else if tape.equals(member, "name", in: text) {
                name = tape.string(value, in: text)
            } else if tape.equals(member, "prefix", in: text) {
                prefix = tape.string(value, in: text)
            } else if tape.equals(member, "status", in: text) {
                status = tape.string(value, in: text)
            } else if tape.equals(member, "usageCount", in: text) {
                usageCount = tape.integer(value, in: text)
            } else if tape.equals(member, "facts", in: text) {
                facts = tape.strings(value, in: text)
            } else if tape.equals(member, "actions", in: text) {
                actions = tape.strings(value, in: text)
            } else if tape.equals(member, "lastUsedAt", in: text) {
                lastUsedAt = tape.string(value, in: text).flatMap { Timestamp($0) }
            } else if tape.equals(member, "expiresAt", in: text) {
                expiresAt = tape.string(value, in: text).flatMap { Timestamp($0) }
            } else if tape.equals(member, "lastUsedBy", in: text) {
                lastUsedBy = tape.account(value, in: text)
            }
        }
        guard let workspace, let name, let prefix, let status, let usageCount else { return nil }
        self.init(
            workspace: workspace, name: name, prefix: prefix, status: Key.Status(rawValue: status),
            facts: facts.map(Key.Status.init), usageCount: usageCount, lastUsedAt: lastUsedAt, lastUsedBy: lastUsedBy,
            expiresAt: expiresAt, actions: actions.map(Key.Action.init))
    }
}

extension JSONTape {
    /// The strings of an array; none if it is not an array.
    fileprivate func strings(_ index: Int, in text: Span<UInt8>) -> [String] {
        guard self[index].kind == .array else { return [] }
        var strings: [String] = []
        forEachElement(of: index) { element in
            if let string = string(element, in: text) { strings.append(string) }
        }
        return strings
    }

    fileprivate func account(_ index: Int, in text: Span<UInt8>) -> Account? {
        guard self[index].kind == .object, let uid = member("uid", of: index, in: text),
            let number = integer(uid, as: UInt32.self, in: text)
        else { return nil }
        return Account(uid: number, user: member("user", of: index, in: text).flatMap { string($0, in: text) })
    }
}
