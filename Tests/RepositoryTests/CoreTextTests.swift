import Testing

/// The core describes problems as values; KeywardServer/Rendering makes the text for people.
struct CoreTextTests {
    /// Texts that are not messages for people.
    private static let allowed: Set<String> = [
        // The purposes of derived keys.
        "keyward key rows 1", "keyward audit chain 1", "keyward pepper check", "keyward audit key check",
        // What a debugger shows instead of a secret.
        "a keyed digest", "a foreign digest", "an audit key",
        // The causes of faults, for the journal.
        "the system has no memory left", "the first entries could not be written",
        "reading the audit head: \\(error)",
    ]

    @Test(arguments: Repository.files(under: "Sources/KeywardCore/", ending: ".swift"))
    func theCoreHasNoTextForPeople(file: String) {
        for line in Repository.text(file).split(separator: "\n") where !line.drop(while: \.isWhitespace).hasPrefix("//")
        {
            for text in Self.literals(in: line) where text.split(separator: " ").count > 2 {
                guard text.contains(where: \.isLetter), !Self.allowed.contains(text) else { continue }
                Issue.record("\(file): '\(text)' belongs in KeywardServer/Rendering")
            }
        }
    }

    /// The texts between two quotes on a line.
    private static func literals(in line: Substring) -> [String] {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count - 1, by: 2).map { String(parts[$0]) }
    }
}
