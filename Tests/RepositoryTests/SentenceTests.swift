import Testing

/// What is said to people is said in short sentences.
struct SentenceTests {
    private static let longest = 20

    /// Where messages, prompts and refusals are written.
    private static let files =
        Repository.swiftFiles.filter { file in
            ["Sources/keyward/", "Sources/KeywardCore/Authority/", "Sources/KeywardServer/Rendering/"]
                .contains { file.hasPrefix($0) }
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

    /// The texts of a source, but for help, which has a test of its own. Strings that are put together with `+` are
    /// one, and what is interpolated is a word.
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

    /// The literal that begins here, and what is behind it.
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

    /// What is behind an interpolation.
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
