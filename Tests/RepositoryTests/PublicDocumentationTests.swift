import Testing

/// Every public declaration has a doc comment, except an initializer that only sets the members.
struct PublicDocumentationTests {
    @Test(arguments: Repository.files(under: "Sources/", ending: ".swift"))
    func everyPublicDeclarationHasADocComment(file: String) {
        let lines = Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where Self.needsComment(line) {
            let above = lines[..<number].last { !$0.drop(while: \.isWhitespace).hasPrefix("@") }
            if above?.drop(while: \.isWhitespace).hasPrefix("///") != true {
                Issue.record("\(file):\(number + 1) has no doc comment")
            }
        }
    }

    /// Comments that only repeat the declaration.
    @Test(arguments: Repository.files(under: "Sources/", ending: ".swift"))
    func noDocCommentRepeatsItsDeclaration(file: String) {
        let lines = Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where number + 1 < lines.count {
            let text = line.drop(while: \.isWhitespace)
            let next = lines[number + 1]
            let isEmpty =
                text == "/// Why." || text.hasPrefix("/// Creates a") && text.count < 45 && next.contains("init(")
            if isEmpty { Issue.record("\(file):\(number + 1): '\(text)' says nothing") }
        }
    }

    private static func needsComment(_ line: Substring) -> Bool {
        let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
        guard words.first == "public", words.count > 1 else { return false }
        let declaration = words.dropFirst().drop { ["static", "final", "mutating", "convenience"].contains($0) }
        guard let first = declaration.first else { return false }
        return !first.hasPrefix("init") && !["extension", "import"].contains(first)
    }
}
