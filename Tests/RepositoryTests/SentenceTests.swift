import Testing

/// Text for people has short sentences and plain words.
struct SentenceTests {
    private static let longest = 20

    /// The files with messages, prompts and refusals.
    private static let files =
        Repository.swiftFiles.filter { file in
            [
                "Sources/keyward/", "Sources/keyward-gateway/", "Sources/keyward-web/", "Sources/KeywardGateway/",
                "Sources/KeywardWeb/", "Sources/KeywardDisplay/",
                "Sources/KeywardCore/Authority/",
                "Sources/KeywardServer/Rendering/",
            ].contains { file.hasPrefix($0) }
        }

    @Test(arguments: files)
    func aSentenceHasAtMostTwentyWords(file: String) {
        for text in Self.literals(of: Repository.text(file)) {
            for sentence in Self.sentences(of: text) where sentence.count > Self.longest {
                Issue.record("\(file): \(sentence.count) words: \(sentence.joined(separator: " "))")
            }
        }
    }

    @Test(arguments: [
        (#"tell("One two. Three")"#, [2, 1]),
        ("tell(\"\"\"\n    One two \\\n    three\n    four\n    \"\"\")", [3, 1]),
        (##"f("A \(b(c("d"))) e; f")"##, [4]), ("f(\"One \"\n    + \"two.\")", [2]),
    ])
    func sentencesAreCounted(source: String, counts: [Int]) {
        #expect(Self.literals(of: source).flatMap(Self.sentences).map(\.count) == counts)
    }

    /// Phrases at which readers stumble. Each has a plain replacement: "fix", "again", "permanently", "is not", "pass",
    /// "report".
    private static let refusedTurns = [
        "all the same", "anew", "as a rule", "as it came", "as it was", "as they came", "at hand", "beforehand",
        "came of", "for ever", "for good", "gives way", "hand over", "handed over", "hands over", "hangs on",
        "in force before", "is none of", "is told", "let go", "lets go", "mended", "mends", "nobody else",
        "on its way out", "one's own", "so many", "stands for", "taken back", "takes back", "tell of", "tells of",
        "thereby", "told apart", "told of", "what is no", "whereby", "whoever",
    ]

    /// Text for people: pages, manual pages, and the comments of these folders.
    private static let plainFiles =
        ["README.md", "CONTRIBUTING.md", "packaging/keyward.catalog"]
        + Repository.files(under: "docs/", ending: ".md").filter { !$0.hasPrefix("docs/decisions/") }
        + Repository.files(under: "packaging/man/", ending: "")
        + plainFolders.flatMap { Repository.files(under: $0, ending: ".swift") }

    private static let plainFolders = ["Sources/", "Tests/", "Benchmarks/", "Fuzz/", "Examples/"]

    @Test(arguments: plainFiles)
    func proseHasNoTurnAtWhichReadersStumble(file: String) {
        let prose = Self.prose(of: file)
        for turn in Self.refusedTurns where prose.contains(" \(turn) ") {
            Issue.record("\(file): '\(turn)'; see refusedTurns")
        }
    }

    @Test func proseIsFoundInCommentsAndOutsideBlocks() {
        #expect(Self.words("It mends\n    /// a *thing*, 2 times.") == " it mends a thing times ")
        #expect(Self.comments("let x = 1  // no\n  /// Yes,\n  // yes.\n") == "Yes,\nyes.")
        #expect(Self.withoutBlocks("a\n```\nb\n```\nc") == "a\nc")
    }

    /// The words of a page or of a file's comments, in lower case, each between spaces.
    private static func prose(of file: String) -> String {
        let text = Repository.text(file)
        return words(file.hasSuffix(".swift") ? comments(text) : withoutBlocks(text))
    }

    private static func words(_ text: String) -> String {
        let words = text.lowercased().split { !$0.isLetter && $0 != "'" }
        return " " + words.joined(separator: " ") + " "
    }

    private static func comments(_ source: String) -> String {
        source.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("//") }
            .map { $0.drop { $0 == "/" || $0 == " " } }.joined(separator: "\n")
    }

    /// A page without its fenced blocks.
    private static func withoutBlocks(_ text: String) -> String {
        var isInside = false
        return text.split(separator: "\n").filter { line in
            guard line.hasPrefix("```") else { return !isInside }
            isInside.toggle()
            return false
        }.joined(separator: "\n")
    }

    /// The words of each sentence. A line ends one.
    private static func sentences(of text: String) -> [[String]] {
        text.split(separator: "\n").flatMap { line in
            var sentences: [[String]] = [[]]
            for word in line.split(separator: " ") {
                sentences[sentences.count - 1].append(String(word))
                if let last = word.last, ".?!".contains(last) { sentences.append([]) }
            }
            return sentences.filter { !$0.isEmpty }
        }
    }

    /// The texts of a source, without help, which has its own test. Strings joined with `+` are one text, and an
    /// interpolation is a word.
    private static func literals(of source: String) -> [String] {
        var texts: [String] = []
        var scanner = Substring(source)
        var end: Substring.Index?
        while let start = scanner.firstIndex(of: "\"") {
            // A comment has no texts.
            let line = scanner[..<start].split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
            if line.contains("//") {
                scanner = scanner[start...].drop { $0 != "\n" }
                end = nil
                continue
            }
            let between = end.map { scanner[$0..<start].filter { !$0.isWhitespace } }
            let (text, rest) = literal(scanner[start...])
            if between == "+", let last = texts.popLast() {
                texts.append(last + text)
            } else if !["help:", "abstract:", "discussion:"].contains(where: line.contains) {
                texts.append(text)
            }
            scanner = rest
            end = rest.startIndex
        }
        return texts
    }

    /// The literal that begins here, and the rest after it.
    private static func literal(_ source: Substring) -> (text: String, rest: Substring) {
        let mark = source.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
        var rest = source.dropFirst(mark.count)
        var text = ""
        while !rest.isEmpty, !rest.hasPrefix(mark) {
            if rest.hasPrefix("\\(") {
                rest = interpolation(rest)
                text += "x"
            } else if rest.hasPrefix("\\\n") {
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("\\") {
                text += rest.dropFirst(1).first == "n" ? "\n" : "x"
                rest = rest.dropFirst(2)
            } else {
                text.append(rest.removeFirst())
            }
        }
        return (text, rest.dropFirst(mark.count))
    }

    /// The rest after an interpolation.
    private static func interpolation(_ source: Substring) -> Substring {
        var depth = 0
        var rest = source.dropFirst()
        while let character = rest.popFirst() {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0 { break }
        }
        return rest
    }
}
