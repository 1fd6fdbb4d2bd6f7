internal import Logging

/// A log event as one line of text, for wherever the journal's own protocol is not spoken.
enum LogLine {
    /// `keywardd: message key=value …`, keys in order; a value that is not one plain word is quoted.
    static func text(message: String, metadata: Logger.Metadata) -> String {
        let values = metadata.filter { $0.key != "messageID" }.sorted { $0.key < $1.key }
            .map { " " + word($0.key) + "=" + word($0.value.description) }
        return "\(JournalFields.identifier): \(PlainText.escaped(message))" + values.joined()
    }

    /// The same with the priority prefix of sd-daemon(3), `<6>` say, that a service manager reads off stderr.
    static func prefixed(message: String, level: Logger.Level, metadata: Logger.Metadata) -> String {
        "<\(JournalFields.priority(of: level))>" + text(message: message, metadata: metadata)
    }

    private static func word(_ text: String) -> String {
        let escaped = PlainText.escaped(text)
        let isPlain = !escaped.isEmpty && escaped.utf8.allSatisfy { !" \"=".utf8.contains($0) }
        return isPlain
            ? escaped
            : "\""
                + escaped.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\\\"") + "\""
    }
}
