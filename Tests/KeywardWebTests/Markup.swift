/// Reads the markup of pages, as far as the tests need it.
enum Markup {
    struct Form {
        var action: String
        var fields: [(name: String, value: String)]
    }

    /// The first form of a page that is sent with POST, and the values that it has.
    static func form(in page: String) -> Form? {
        guard let start = page.firstRange(of: "<form method=\"post\""),
            let end = page[start.lowerBound...].firstRange(of: "</form>")
        else { return nil }
        let form = page[start.lowerBound..<end.lowerBound]
        guard let action = attribute("action", of: form) else { return nil }
        var fields: [(String, String)] = []
        for tag in tags("<input ", in: form) {
            let isBox = attribute("type", of: tag) == "checkbox"
            if isBox, !tag.contains(" checked") { continue }
            if let name = attribute("name", of: tag) { fields.append((name, attribute("value", of: tag) ?? "on")) }
        }
        for select in form.split(separator: "<select ").dropFirst() {
            let options = tags("<option ", in: select.prefix(upTo: select.firstRange(of: "</select>")!.lowerBound))
            let chosen = options.first { $0.contains(" selected") } ?? options.first
            if let name = attribute("name", of: select), let chosen, let value = attribute("value", of: chosen) {
                fields.append((name, value))
            }
        }
        return Form(action: action, fields: fields)
    }

    /// The key that a page shows once, as its field has it.
    static func secret(in page: String) -> String? {
        page.firstRange(of: "<textarea id=\"secret\"").flatMap { start in
            page[start.upperBound...].firstIndex(of: ">").map { end in
                unescaped(String(page[page.index(after: end)...].prefix { $0 != "<" }))
            }
        }
    }

    /// The value of the first attribute of this name.
    static func attribute(_ name: String, of text: some StringProtocol) -> String? {
        let text = String(text)
        guard let start = text.firstRange(of: " \(name)=\"") else { return nil }
        return unescaped(String(text[start.upperBound...].prefix { $0 != "\"" }))
    }

    /// Elements within a line: their tags do not separate words.
    private static let inline: Set<String> = ["a", "b", "bdi", "code", "i", "span", "time"]

    /// The text without tags, with single spaces.
    static func plain(_ text: String) -> String {
        var plain = ""
        for (index, part) in text.split(separator: "<", omittingEmptySubsequences: false).enumerated() {
            guard index > 0, let end = part.firstIndex(of: ">") else {
                plain += part
                continue
            }
            let name = part[..<end].drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
            plain += (inline.contains(String(name)) ? "" : " ") + part[part.index(after: end)...]
        }
        return unescaped(plain).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func tags(_ start: String, in text: some StringProtocol) -> [Substring] {
        String(text).split(separator: start, omittingEmptySubsequences: false).dropFirst().map { rest in
            // The start is cut off; attributes are looked for after a space.
            Substring(" " + rest.prefix { $0 != ">" })
        }
    }

    /// It compares scalars: a semicolon and a combining mark are one Character.
    private static func unescaped(_ text: String) -> String {
        let entities = ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&amp;": "&"]
        var plain = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            let found = entities.first { rest.starts(with: $0.key.unicodeScalars) }
            plain.append(contentsOf: found.map { Array($0.value.unicodeScalars) } ?? [scalar])
            rest.removeFirst(found?.key.unicodeScalars.count ?? 1)
        }
        return String(plain)
    }
}
