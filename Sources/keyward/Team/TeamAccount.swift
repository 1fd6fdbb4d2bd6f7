/// The account of this host as which a person of the team acts: `kw-web-N`.
struct TeamAccount: Hashable, Sendable {
    var name: String
    var uid: UInt32
    var person: PersonName

    private static let prefix = "kw-web-"

    /// The accounts in the text of a file in the form of passwd(5). The comment of each names the person.
    static func all(in text: String) -> [TeamAccount] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 7, number(String(fields[0])) != nil, let uid = UInt32(fields[2]),
                let person = PersonName(String(fields[4].prefix { $0 != "," }))
            else { return nil }
            return TeamAccount(name: String(fields[0]), uid: uid, person: person)
        }
    }

    /// The name of the next account. A number is not used twice, since the audit trail has the names.
    static func nextName(in text: String) -> String {
        let names = text.split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
        return "\(prefix)\((names.compactMap(number).max() ?? 0) + 1)"
    }

    private static func number(_ name: String) -> Int? {
        guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), number > 0,
            name == "\(prefix)\(number)"
        else { return nil }
        return number
    }
}
