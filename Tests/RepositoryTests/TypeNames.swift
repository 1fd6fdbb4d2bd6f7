/// The types that a Swift source declares and names, found by words alone.
///
/// A type is a word that begins with a capital letter. A word behind a full stop is a member and no name of its own.
struct TypeNames: Equatable {
    /// What other files can name: types at top level, as `Name`, and types in an extension, as `Extended.Name`.
    private(set) var declared: Set<String> = []
    /// Every name that means something of the file's own, however deep it is declared: it hides others.
    private(set) var own: Set<String> = []
    /// What is named, as `Name` and, where a member with a capital follows, as `Name.Member` too.
    private(set) var named: Set<String> = []

    private static let declaring: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
    private static let hiding = declaring.union(["associatedtype"])
    private static let modifiers: Set<String> = [
        "public", "package", "internal", "private", "fileprivate", "final", "indirect", "nonisolated", "open",
    ]

    private struct Word {
        var text: String
        var depth: Int
        /// Whether a full stop stands before it.
        var isMember: Bool
        /// The type whose extension it is directly in.
        var extended: String?

        var isCapital: Bool { text.first?.isUppercase ?? false }
    }

    /// - Parameter module: the module of the source. A name behind it and a full stop is a name of its own.
    init(_ source: String, module: String) {
        let words = Self.words(of: SwiftCode(source, keepsInterpolations: true))
        for (index, word) in words.enumerated() where word.isCapital {
            let previous = index > 0 ? words[index - 1] : nil
            if let previous, !word.isMember, Self.hiding.contains(previous.text) {
                own.insert(word.text)
                if Self.declaring.contains(previous.text), !Self.isPrivate(words[..<(index - 1)]) { declare(word) }
            } else if !word.isMember || previous?.text == module {
                named.insert(word.text)
            } else if let previous, previous.isCapital {
                named.insert("\(previous.text).\(word.text)")
            }
        }
    }

    private mutating func declare(_ word: Word) {
        if word.depth == 0 { declared.insert(word.text) }
        if let extended = word.extended { declared.insert("\(extended).\(word.text)") }
    }

    /// Whether the modifiers at the end of `words` keep what they declare to its file.
    private static func isPrivate(_ words: ArraySlice<Word>) -> Bool {
        words.reversed().map(\.text).prefix(while: modifiers.contains).contains {
            $0 == "private" || $0 == "fileprivate"
        }
    }

    private static func words(of code: SwiftCode) -> [Word] {
        let characters = code.characters
        var (words, index, isMember): ([Word], Int, Bool) = ([], 0, false)
        // The types whose extensions are open, by the depth of what is in them, and the one that is about to open.
        var (extensions, opening, depth): ([Int: String], String?, Int) = ([:], nil, 0)
        var isNamingExtended = false
        while index < characters.count {
            let character = characters[index]
            guard SwiftCode.isWord(character) else {
                if character == "{" {
                    depth += 1
                    (extensions[depth], opening) = (opening, nil)
                } else if character == "}" {
                    extensions[depth] = nil
                    depth -= 1
                }
                if !character.isWhitespace { isMember = character == "." }
                index += 1
                continue
            }
            let end = characters[index...].firstIndex { !SwiftCode.isWord($0) } ?? characters.count
            let text = String(characters[index..<end])
            isNamingExtended = words.last?.text == "extension" || isNamingExtended && isMember
            if isNamingExtended { opening = text }
            words.append(Word(text: text, depth: depth, isMember: isMember, extended: extensions[depth]))
            (index, isMember) = (end, false)
        }
        return words
    }
}
