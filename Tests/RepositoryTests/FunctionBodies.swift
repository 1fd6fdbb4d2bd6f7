/// A function's body, found by its braces.
struct FunctionBody: Equatable {
    /// The 1-based line of the keyword.
    var line: Int
    /// The lines between the braces.
    var length: Int
}

extension SwiftCode {
    /// The bodies of all functions, initializers, deinitializers and subscripts.
    var functionBodies: [FunctionBody] {
        ["func", "init", "deinit", "subscript"].flatMap(places).sorted().compactMap(body)
    }

    private func body(ofKeywordAt place: Int) -> FunctionBody? {
        // `.init(` and `x.subscript` are uses.
        guard place == 0 || characters[place - 1] != ".", let open = openingBrace(after: place),
            let close = closingBrace(of: open)
        else { return nil }
        return FunctionBody(line: line(of: place), length: max(0, line(of: close) - line(of: open) - 1))
    }

    /// The brace that opens the body; `nil` for a declaration without one, as in a protocol.
    private func openingBrace(after place: Int) -> Int? {
        var depth = 0
        var index = characters[place...].firstIndex { !Self.isWord($0) } ?? characters.endIndex
        while index < characters.count {
            switch characters[index] {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0, ";" where depth == 0: return nil
            case "\n" where depth == 0 && nextDeclarationBegins(at: index): return nil
            default: break
            }
            if depth < 0 { return nil }
            index += 1
        }
        return nil
    }

    /// Whether the first word of the next non-blank line can only begin another declaration.
    private func nextDeclarationBegins(at lineFeed: Int) -> Bool {
        guard let start = characters[lineFeed...].firstIndex(where: { !$0.isWhitespace }) else { return true }
        if characters[start] == "@" || characters[start] == "#" { return true }
        let word = String(characters[start...].prefix(while: Self.isWord))
        return Self.declarationWords.contains(word)
    }

    private static let declarationWords: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "static", "class", "struct", "enum", "protocol",
        "extension",
        "associatedtype", "typealias", "case", "public", "package", "internal", "private", "fileprivate", "mutating",
        "nonmutating", "override", "final", "import", "actor", "nonisolated", "consuming", "borrowing",
    ]

    private func closingBrace(of open: Int) -> Int? {
        var depth = 0
        for index in open..<characters.count {
            if characters[index] == "{" { depth += 1 }
            if characters[index] == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
