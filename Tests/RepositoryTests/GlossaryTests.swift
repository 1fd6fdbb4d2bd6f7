import Testing

/// The terms of docs/glossary.md, and the identifiers of the sources.
struct GlossaryTests {
    private static let page = Repository.text("docs/glossary.md")

    /// Words that identifiers must not have, and their replacements.
    private static let refused = [
        "ring": "registry", "claim": "conflict key, allocation or precedence", "claims": "conflict keys",
        "told": "notified, reported", "tell": "report, print", "tells": "reports, records",
        "doubt": "confirmation check", "doubts": "confirmation checks", "bell": "wakeup",
        "outlet": "push channel", "outlets": "push channels", "desk": "request dispatcher",
        "keeper": "maintenance queue, storage", "changer": "commit queue", "changers": "commit queue",
        "stranger": "unknown key", "strangers": "unknown keys", "lane": "sweep state", "lanes": "sweep states",
        "pace": "throttle", "bite": "batch", "bites": "batches", "happening": "event record",
        "figures": "counters", "room": "buffer, capacity", "round": "flush cycle", "rounds": "flush cycles",
        "hand": "flush cursor",
    ]

    /// Names of files and types that do not say what they contain.
    private static let emptyNames: Set<String> = [
        "Served", "Shape", "Happening", "Outlet", "Link", "Bell", "Choices", "Arrival", "Results", "Opening", "Moment",
        "Count", "House",
    ]

    private static let terms = page.split(separator: "\n").compactMap { line -> (term: String, meaning: String)? in
        let cells = line.split(separator: "|").map { $0.trimmingWhitespace }
        guard cells.count == 2, cells[0] != "term", !cells[0].hasPrefix("--") else { return nil }
        return (cells[0], cells[1])
    }

    @Test func fortyTermsAreEnoughAndEachIsOneSentence() {
        #expect((20...40).contains(Self.terms.count))
        #expect(Set(Self.terms.map(\.term)).count == Self.terms.count)
        for (term, meaning) in Self.terms {
            #expect(meaning.hasSuffix("."), "\(term)")
            #expect(!meaning.dropLast().contains(". "), "\(term)")
            #expect(meaning.split(separator: " ").count <= 20, "\(term)")
        }
    }

    @Test(arguments: Repository.files(under: "Sources/", ending: ".swift"))
    func identifiersUseTheWordsOfTheGlossary(file: String) {
        let code = Repository.code(file)
        for identifier in code.identifiers {
            for word in Self.words(of: identifier) {
                guard let instead = Self.refused[word] else { continue }
                Issue.record("\(file): '\(identifier)' has the word '\(word)'; use: \(instead)")
            }
        }
    }

    @Test(arguments: Repository.files(under: "Sources/", ending: ".swift"))
    func aFileSaysByItsNameWhatItHolds(file: String) {
        let name = String(file.split(separator: "/").last!.dropLast(".swift".count))
        #expect(!Self.emptyNames.contains(name), "\(file)")
    }

    @Test(arguments: [
        ("KeyRing", ["key", "ring"]), ("claimName", ["claim", "name"]), ("JSONString", ["json", "string"]),
        ("toldAt", ["told", "at"]), ("string", ["string"]), ("utf8Room", ["utf8", "room"]), ("_x", ["x"]),
    ])
    func identifiersAreSplitIntoWords(identifier: String, words: [String]) {
        #expect(Self.words(of: identifier) == words)
    }

    /// The words of an identifier in camel case, in lower case.
    private static func words(of identifier: String) -> [String] {
        var words: [String] = []
        let characters = Array(identifier)
        for (index, character) in characters.enumerated() {
            guard character != "_" else { continue }
            let follows = index > 0 ? characters[index - 1] : "_"
            let isNextLower = index + 1 < characters.count && characters[index + 1].isLowercase
            let begins = follows == "_" || character.isUppercase && (!follows.isUppercase || isNextLower)
            if begins || words.isEmpty { words.append("") }
            words[words.count - 1] += character.lowercased()
        }
        return words
    }
}

extension Substring {
    fileprivate var trimmingWhitespace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
