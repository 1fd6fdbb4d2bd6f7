internal import Yams

/// Parses YAML text into ``SettingNode``s with their positions, and refuses YAML features that a configuration does not
/// need.
package struct YAMLReader {
    /// For messages.
    package var file: String

    package init(file: String) {
        self.file = file
    }

    /// The document's root; `nil` if there are only comments.
    package func read(_ text: String) throws(ConfigurationError) -> SettingNode? {
        // Some editors begin a file with a byte order mark.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let root: SettingNode?
        do {
            // The basic resolver, because YAML 1.1 reads `no` as false and `1_0` as ten.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // Only the parser keeps anchors alive.
            root = try withExtendedLifetime(parser) { try parser.singleRoot().map { try node($0) } }
        } catch let error as ConfigurationError {
            throw error
        } catch let error as YamlError {
            throw refusal(of: error, in: text)
        } catch {
            throw ConfigurationError(file: file, position: nil, message: "cannot be read as YAML")
        }
        return root.flatMap { $0.isNull ? nil : $0 }
    }

    private func node(_ node: Node) throws -> SettingNode {
        let position = position(node.mark)
        switch node {
        case .scalar(let scalar):
            try refuseDecoration(anchor: scalar.anchor, tag: scalar.tag, at: position)
            return SettingNode(content: .scalar(scalar.string, isPlain: scalar.style == .plain), position: position)
        case .sequence(let sequence):
            try refuseDecoration(anchor: sequence.anchor, tag: sequence.tag, at: position)
            return SettingNode(content: .list(try sequence.map(self.node)), position: position)
        case .mapping(let mapping):
            try refuseDecoration(anchor: mapping.anchor, tag: mapping.tag, at: position)
            return SettingNode(content: .members(try members(mapping)), position: position)
        case .alias:
            throw ConfigurationError(file: file, position: position, message: "aliases are not supported here")
        }
    }

    private func members(
        _ mapping: Node.Mapping
    ) throws -> [(name: String, position: ConfigurationError.Position, value: SettingNode)] {
        try mapping.map { key, value in
            let key = try node(key)
            guard case .scalar(let name, _) = key.content else {
                throw ConfigurationError(file: file, position: key.position, message: "a member's name must be a word")
            }
            return (name, key.position, try node(value))
        }
    }

    /// Without anchors there are no aliases, so a small document cannot expand to a large one.
    private func refuseDecoration(anchor: Anchor?, tag: Tag, at position: ConfigurationError.Position) throws {
        guard anchor == nil else {
            throw ConfigurationError(file: file, position: position, message: "anchors and aliases are not supported")
        }
        // An absent tag is empty, or was set to one of the core schema's by comparison of names.
        let isImplied = ["", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"]
            .contains(tag.description)
        guard isImplied else {
            throw ConfigurationError(file: file, position: position, message: "tags are not supported")
        }
    }

    private func position(_ mark: Mark?) -> ConfigurationError.Position {
        ConfigurationError.Position(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private func refusal(of error: YamlError, in text: String) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationError(
                file: file, position: position(mark),
                message: "not YAML: \(Self.explanation(problem, indentation: indentation(at: mark, in: text)))")
        case .duplicatedKeysInMapping(let names, let context):
            ConfigurationError(
                file: file, position: secondPosition(of: names.first ?? "", inMappingAt: context.mark, text),
                message: "member '\(names.first ?? "")' appears twice")
        case .reader(let problem, _, _, _):
            ConfigurationError(file: file, position: nil, message: "not YAML: \(problem)")
        default:
            ConfigurationError(file: file, position: nil, message: "cannot be read as YAML")
        }
    }

    /// The second place of a name in a mapping whose first name is at a mark; the parser does not report it. The
    /// mark itself, if the mapping is not one name a line.
    private func secondPosition(
        of name: String, inMappingAt mark: Mark, _ text: String
    ) -> ConfigurationError.Position {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var isRepeated =
            lines.indices.contains(mark.line - 1)
            && lines[mark.line - 1].dropFirst(mark.column - 1).hasPrefix(name + ":")
        for (index, line) in lines.enumerated().dropFirst(mark.line) {
            let content = line.drop { $0 == " " }
            if content.isEmpty || content.hasPrefix("#") { continue }
            let column = line.count - content.count + 1
            if column < mark.column { break }
            guard column == mark.column, content.hasPrefix(name + ":") else { continue }
            if isRepeated { return ConfigurationError.Position(line: index + 1, column: column) }
            isRepeated = true
        }
        return position(mark)
    }

    /// The white space at the start of the line of a mark.
    private func indentation(at mark: Mark, in text: String) -> Substring {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.indices.contains(mark.line - 1) else { return "" }
        return lines[mark.line - 1].prefix { $0 == " " || $0 == "\t" }
    }

    /// The parser's words, or plainer ones for frequent mistakes.
    private static func explanation(_ problem: String, indentation: Substring) -> String {
        if indentation.contains("\t") { return "indent with spaces, not with a tab" }
        return switch problem {
        case "mapping values are not allowed in this context":
            "a ':' that cannot be here. Check the indentation, and a ': ' in the line before"
        case "did not find expected key", "did not find expected '-' indicator":
            "the indentation differs from that of the lines before"
        case "found unexpected end of stream": "the file ends within quotes or brackets"
        case "but found another document": "'---' begins a second document"
        default: problem
        }
    }
}
