/// A section of the configuration during reading: members are taken by name, and the remaining ones are unknown.
///
/// A member without a value (`maxKeys:`) counts as absent, so that uncommenting only a heading changes nothing.
package struct Section {
    package let file: String
    /// Its path, for example `plans.standard`; empty at the top level.
    package let path: String
    /// Where it begins.
    package let position: ConfigurationError.Position
    private var members: [(name: String, position: ConfigurationError.Position, value: SettingNode)]
    private var known: [String] = []

    /// Creates a section from a node, which must be a mapping.
    package init(_ node: SettingNode, path: String, file: String) throws(ConfigurationError) {
        self.file = file
        self.path = path
        position = node.position
        guard case .members(let members) = node.content else {
            let place = path.isEmpty ? "the top level" : "'\(path)'"
            throw ConfigurationError(
                file: file, position: node.position, message: "\(place) must be a section, not \(node.kind)")
        }
        self.members = members
    }

    /// The remaining names, in the order of the file: for sections with free names.
    package var names: [String] { members.map(\.name) }

    /// The position of the member with this name in the file.
    package func position(of name: String) -> ConfigurationError.Position? {
        members.first { $0.name == name }?.position
    }

    /// Takes a member; `nil` if it is absent or has no value.
    package mutating func take(_ name: String) -> SettingNode? {
        known.append(name)
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        let value = members.remove(at: index).value
        return value.isNull ? nil : value
    }

    /// Refuses the remaining members.
    package func end() throws(ConfigurationError) {
        guard let stray = members.first else { return }
        let place = path.isEmpty ? "the top level" : "'\(path)'"
        let hint = Spelling.nearest(to: stray.name, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw ConfigurationError(
            file: file, position: stray.position, message: "unknown member '\(stray.name)' in \(place)\(hint)")
    }

    /// An error about a value.
    package func refusal(_ node: SettingNode, _ name: String, _ message: String) -> ConfigurationError {
        ConfigurationError(file: file, position: node.position, message: "'\(full(name))' \(message)")
    }

    private func full(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

// MARK: - Typed members

extension Section {
    package mutating func section(_ name: String) throws(ConfigurationError) -> Section? {
        guard let node = take(name) else { return nil }
        return try Section(node, path: full(name), file: file)
    }

    /// A list of sections, each with its number, from 1, in its path. `example` is how one begins.
    package mutating func sections(
        _ name: String, atMost count: Int, example: String
    ) throws(ConfigurationError) -> [Section]? {
        guard let node = take(name) else { return nil }
        guard case .list(let elements) = node.content else {
            throw refusal(node, name, "must be a list, in which each element begins with '- \(example)'")
        }
        guard elements.count <= count else { throw refusal(node, name, "must have at most \(count) elements") }
        var sections: [Section] = []
        for element in elements {
            if case .scalar = element.content {
                throw refusal(
                    element, "\(name)[\(sections.count + 1)]", "must be a section that begins with '\(example)'")
            }
            sections.append(try Section(element, path: "\(full(name))[\(sections.count + 1)]", file: file))
        }
        return sections
    }

    package mutating func boolean(_ name: String) throws(ConfigurationError) -> Bool? {
        guard let node = take(name) else { return nil }
        switch node.content {
        case .scalar("true", isPlain: true): return true
        case .scalar("false", isPlain: true): return false
        default: throw refusal(node, name, "must be true or false")
        }
    }

    package mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let node = take(name) else { return nil }
        return try number(node, name, in: range)
    }

    /// A list of distinct whole numbers.
    package mutating func integers(
        _ name: String, in range: ClosedRange<Int>, atMost count: Int
    ) throws(ConfigurationError) -> Set<Int>? {
        guard let node = take(name) else { return nil }
        guard case .list(let elements) = node.content else { throw refusal(node, name, "must be a list") }
        guard elements.count <= count else { throw refusal(node, name, "must have at most \(count) elements") }
        var result: Set<Int> = []
        for element in elements {
            let number = try number(element, name, in: range)
            guard result.insert(number).inserted else { throw refusal(element, name, "holds \(number) twice") }
        }
        return result
    }

    package mutating func share(_ name: String) throws(ConfigurationError) -> Double? {
        guard let node = take(name) else { return nil }
        guard case .scalar(let text, isPlain: true) = node.content,
            text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(text),
            (0...1).contains(number)
        else { throw refusal(node, name, "must be a number from 0 to 1") }
        return number
    }

    package mutating func text(_ name: String, longest: Int = 128) throws(ConfigurationError) -> String? {
        guard let node = take(name) else { return nil }
        return try plainText(node, name, longest: longest)
    }

    /// One of the raw values of `Choice`.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _: Choice.Type
    ) throws(ConfigurationError) -> Choice? where Choice.RawValue == String {
        guard let node = take(name) else { return nil }
        guard case .scalar(let text, _) = node.content, let value = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            let hint = node.word.flatMap { Spelling.nearest(to: $0, among: words) }.map { "; did you mean '\($0)'?" }
            throw refusal(node, name, "must be \(Self.alternatives(words))\(hint ?? "")")
        }
        return value
    }

    /// A list of distinct texts.
    package mutating func texts(
        _ name: String, atMost count: Int, longest: Int = 128
    ) throws(ConfigurationError) -> Set<String>? {
        guard let node = take(name) else { return nil }
        guard case .list(let elements) = node.content else {
            throw refusal(node, name, "must be a list" + (node.word.map { ": \(Self.list($0))" } ?? ""))
        }
        guard elements.count <= count else { throw refusal(node, name, "must have at most \(count) elements") }
        var result: Set<String> = []
        for element in elements {
            let text = try plainText(element, name, longest: longest)
            guard result.insert(text).inserted else { throw refusal(element, name, "holds '\(text)' twice") }
        }
        return result
    }

    private func number(
        _ node: SettingNode, _ name: String, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        guard case .scalar(let text, isPlain: true) = node.content, Self.isDigits(text), let number = Int(text),
            range.contains(number)
        else {
            throw refusal(node, name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func plainText(
        _ node: SettingNode, _ name: String, longest: Int
    ) throws(ConfigurationError) -> String {
        guard case .scalar = node.content else {
            let hint = if case .members = node.content { ". A text with ': ' needs quotes" } else { "" }
            throw refusal(node, name, "must be text, not \(node.kind)\(hint)")
        }
        guard case .scalar(let text, _) = node.content, !node.isNull, (1...longest).contains(text.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw refusal(node, name, "must be 1 to \(longest) characters of text on one line") }
        return text
    }

    /// The list that somebody meant with `a, b`: `["a", "b"]`.
    private static func list(_ text: String) -> String {
        let words = text.split(separator: ",").map { word in
            "\"" + word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed() + "\""
        }
        return "[\(words.joined(separator: ", "))]"
    }

    /// `a`, `a or b`, `a, b or c`.
    private static func alternatives(_ words: [String]) -> String {
        words.count < 2 ? words.joined() : "\(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])"
    }

    private static func isDigits(_ text: String) -> Bool {
        (1...18).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
