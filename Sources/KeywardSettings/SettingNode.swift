/// A value of the configuration file with its position. Anchors, aliases and tags were refused before.
package struct SettingNode {
    package var content: Content
    package var position: ConfigurationError.Position

    package enum Content {
        /// `isPlain` if it was written without quotes, so that it may be a number, a boolean or null.
        case scalar(String, isPlain: Bool)
        case list([SettingNode])
        case members([(name: String, position: ConfigurationError.Position, value: SettingNode)])
    }

    /// Nothing, `~` or `null`: for members without a value.
    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// A single value of one short line, for messages; `nil` for anything else.
    var word: String? {
        guard case .scalar(let text, _) = content, (1...64).contains(text.count), !text.contains("\""),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        return text
    }

    /// For messages.
    package var kind: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .members: "a section"
        }
    }
}
