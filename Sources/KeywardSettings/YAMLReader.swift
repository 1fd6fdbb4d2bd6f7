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
        let root: SettingNode?
        do {
            // The basic resolver, because YAML 1.1 reads `no` as false and `1_0` as ten.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // Only the parser keeps anchors alive.
            root = try withExtendedLifetime(parser) { try parser.singleRoot().map { try node($0) } }
        } catch let error as ConfigurationError {
            throw error
        } catch let error as YamlError {
            throw refusal(of: error)
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

    private func refusal(of error: YamlError) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationError(file: file, position: position(mark), message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let names, let context):
            ConfigurationError(
                file: file, position: position(context.mark), message: "member '\(names.first ?? "")' appears twice")
        case .reader(let problem, _, _, _):
            ConfigurationError(file: file, position: nil, message: "not YAML: \(problem)")
        default:
            ConfigurationError(file: file, position: nil, message: "cannot be read as YAML")
        }
    }
}
