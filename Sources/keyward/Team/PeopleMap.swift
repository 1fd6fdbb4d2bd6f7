/// The file that nginx's `map` includes: a line for each person, with the person's socket.
///
/// A plain name in a map matches in any case, and then another login could use a person's screen. So each line is a
/// regular expression, which respects case (ngx_http_map_module).
struct PeopleMap: Hashable, Sendable {
    /// The people by name, with the uid of the account.
    private(set) var people: [(person: PersonName, uid: UInt32)] = []

    private static let heading = """
        # Each person's screen. Written by keyward web add and keyward web remove; other lines are lost.

        """
    private static let start = "\"~^"
    private static let end = "\\z\""

    /// The path of a person's socket, on which the unit of systemd listens.
    static func socket(_ uid: UInt32) -> String { "/run/keyward-web/\(uid).sock" }

    init() {}

    /// Reads the file. It ignores lines of another form.
    init(_ text: String) {
        people = text.split(separator: "\n").compactMap(Self.entry)
    }

    /// The uid of a person's account; `nil` for a person who is not in the map.
    subscript(_ person: PersonName) -> UInt32? {
        get { people.first { $0.person == person }?.uid }
        set {
            people.removeAll { $0.person == person || $0.uid == newValue }
            if let newValue { people.append((person, newValue)) }
            people.sort { $0.person.text < $1.person.text }
        }
    }

    /// The content of the file.
    var text: String {
        Self.heading
            + people.map { "\(Self.pattern($0.person)) \(Self.socket($0.uid));\n" }.joined()
    }

    /// Matches exactly the name. `$` would also match before a line feed.
    private static func pattern(_ person: PersonName) -> String {
        start + person.text.map { ".+".contains($0) ? "[\($0)]" : "\($0)" }.joined() + end
    }

    private static func entry(_ line: Substring) -> (person: PersonName, uid: UInt32)? {
        let words = line.split(separator: " ")
        guard words.count == 2, words[0].hasPrefix(start), words[0].hasSuffix(end), words[0].count > 6,
            let number = words[1].split(separator: "/").last?.split(separator: ".").first, let uid = UInt32(number),
            words[1] == "\(socket(uid));",
            let person = PersonName(
                words[0].dropFirst(start.count).dropLast(end.count).filter { !"[]".contains($0) })
        else { return nil }
        return (person, uid)
    }

    static func == (left: PeopleMap, right: PeopleMap) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
