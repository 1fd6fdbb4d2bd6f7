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
