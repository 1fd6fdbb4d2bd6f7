internal import KeywardClient
internal import KeywardProtocol

/// A page of `keys.list`, with the fields that a list shows.
///
/// It is parsed without a coder, because long lists are most of what this command reads.
struct KeyRowPage: Sendable {
    var rows: [KeyRow] = []
    var nextCursor: String?
    var access: Access
    var matching: Int?
    var total: Int?

    /// Parses a result; unknown members are ignored.
    init(_ result: JSONText) throws(KeywardError) {
        let bytes = Array(result.text.utf8)
        var tape = JSONTape(limits: .reply)
        guard (try? tape.scan(bytes.span)) != nil,
            let keys = tape.member("keys", of: 0, in: bytes.span), tape[keys].kind == .array,
            let access = tape.member("access", of: 0, in: bytes.span),
            let plan = try? JSONCoding.decode(Access.self, from: Array(bytes[tape[access].range]))
        else { throw Self.fault }
        self.access = plan
        nextCursor = tape.member("nextCursor", of: 0, in: bytes.span).flatMap { tape.string($0, in: bytes.span) }
        matching = tape.member("matching", of: 0, in: bytes.span).flatMap { tape.integer($0, in: bytes.span) }
        total = tape.member("total", of: 0, in: bytes.span).flatMap { tape.integer($0, in: bytes.span) }
        try tape.forEachElement(of: keys) { (key) throws(KeywardError) in
            guard let row = KeyRow(key, of: tape, in: bytes.span) else { throw Self.fault }
            rows.append(row)
        }
    }

    private static let fault = KeywardError.protocolViolation("the result of keys.list does not follow the protocol")
}

extension KeyRow {
    /// Parses a key; `nil` if a displayed member is missing or of another type.
    fileprivate init?(_ key: Int, of tape: borrowing JSONTape, in text: Span<UInt8>) {
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
