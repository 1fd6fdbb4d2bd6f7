/// The logins and full names of the host's human accounts, prepared for the names of many keys.
package struct PeopleNames: Sendable {
    /// As written, in lower case.
    private var wholeNames: Set<String> = []
    /// The words of each, by the first one.
    private var words: [String: [[String]]] = [:]

    package init(_ names: [String]) {
        for name in names.lazy.map({ $0.lowercased() }) {
            wholeNames.insert(name)
            let parts = name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
            guard let first = parts.first, parts.joined().count > 2 else { continue }
            words[first, default: []].append(parts)
        }
    }

    /// Whether the segments of a key's name have all words of a person's name.
    func hasPerson(among segments: Set<String>) -> Bool {
        segments.contains { segment in
            wholeNames.contains(segment) || words[segment]?.contains { $0.allSatisfy(segments.contains) } == true
        }
    }
}
