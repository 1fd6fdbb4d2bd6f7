/// Swift source whose comments and string literals are blanked, so that only code is left.
///
/// Each character becomes one space and line feeds stay, so positions are those of the source. It handles line
/// comments, nested block comments, and plain, raw and multi-line strings with interpolations (blanked whole, or kept).
/// It does not handle bare regular expression literals.
struct SwiftCode: Sendable {
    private(set) var characters: [Character]
    private let keepsInterpolations: Bool
    private var place = 0

    /// - Parameter keepsInterpolations: whether what a string interpolates is code too.
    init(_ source: String, keepsInterpolations: Bool = false) {
        characters = Array(source)
        self.keepsInterpolations = keepsInterpolations
        while place < characters.count { step() }
    }

    var lines: [Substring] {
        String(characters).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The identifiers and keywords, each once.
    var identifiers: Set<String> {
        var found: Set<String> = []
        for word in characters.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }) {
            if word.first?.isNumber == false { found.insert(String(word)) }
        }
        return found
    }

    /// The 1-based line of a position.
    func line(of place: Int) -> Int {
        characters[..<place].count { $0 == "\n" } + 1
    }

    private mutating func step() {
        // Most characters begin no comment or string.
        guard ["/", "#", "\""].contains(characters[place]) else {
            place += 1
            return
        }
        if starts(with: "//") {
            blank(until: { $0.starts(with: "\n") }, taking: 0)
        } else if starts(with: "/*") {
            blankBlockComment()
        } else if let hashes = openingHashes() {
            blankString(hashes: hashes)
        } else {
            place += 1
        }
    }

    /// The number of `#` before a string that begins here; `nil` if none does.
    private func openingHashes() -> Int? {
        var end = place
        while end < characters.count, characters[end] == "#" { end += 1 }
        return end < characters.count && characters[end] == "\"" ? end - place : nil
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank(2)
            } else if starts(with: "*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && place < characters.count
    }

    private mutating func blankString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        blank(hashes)
        let isMultiline = starts(with: "\"\"\"")
        let quote = isMultiline ? "\"\"\"" : "\""
        blank(quote.count)
        while place < characters.count, !starts(with: quote + fence) {
            if starts(with: "\\" + fence + "(") {
                blank(hashes + 2)
                blankInterpolation()
            } else if starts(with: "\\" + fence) {
                blank(hashes + 2)
            } else if !isMultiline, starts(with: "\n") {
                return
            } else {
                blank(1)
            }
        }
        blank(quote.count + hashes)
    }

    /// From after `\(` to after the closing parenthesis.
    private mutating func blankInterpolation() {
        var depth = 1
        while place < characters.count, depth > 0 {
            if let hashes = openingHashes() {
                blankString(hashes: hashes)
                continue
            }
            if characters[place] == "(" { depth += 1 }
            if characters[place] == ")" { depth -= 1 }
            if keepsInterpolations, depth > 0 { place += 1 } else { blank(1) }
        }
    }

    private func starts(with text: String) -> Bool {
        characters[place...].starts(with: text)
    }

    private mutating func blank(until isEnd: (ArraySlice<Character>) -> Bool, taking extra: Int) {
        while place < characters.count, !isEnd(characters[place...]) { blank(1) }
        blank(extra)
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where place < characters.count {
            if characters[place] != "\n" { characters[place] = " " }
            place += 1
        }
    }
}

extension SwiftCode {
    /// The positions of `text`, except as a part of a longer word.
    func places(of text: String) -> [Int] {
        let wanted = Array(text)
        guard let first = wanted.first, let last = wanted.last else { return [] }
        return characters.indices.filter { start in
            guard characters[start] == first, characters[start...].starts(with: wanted) else { return false }
            let end = start + wanted.count
            let opens = start == 0 || !Self.isWord(first) || !Self.isWord(characters[start - 1])
            let closes = end == characters.count || !Self.isWord(last) || !Self.isWord(characters[end])
            return opens && closes
        }
    }

    static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
