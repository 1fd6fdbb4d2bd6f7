internal import Logging

/// A log event as one line of text, for destinations other than the journal's native protocol.
enum LogLine {
    /// `keywardd: message key=value …`, keys in order; a value that is not one plain word is quoted.
    static func text(
        message: String, metadata: Logger.Metadata, identifier: String = JournalFields.identifier
    ) -> String {
        var line = identifier + ": " + PlainText.escaped(message)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key })
        where key != "messageID" && key != LogEntry.alertKey {
            line += " "
            line += word(key)
            line += "="
            line += word(value.description)
        }
        return line
    }

    /// The same with the priority prefix of sd-daemon(3), for example `<6>`, which a service manager reads from stderr.
    static func prefixed(
        message: String, level: Logger.Level, metadata: Logger.Metadata,
        identifier: String = JournalFields.identifier
    ) -> String {
        "<\(JournalFields.priority(of: level, metadata))>"
            + text(message: message, metadata: metadata, identifier: identifier)
    }

    private static func word(_ text: String) -> String {
        guard text.isEmpty || !text.utf8.allSatisfy(isPlain) else { return text }
        let escaped = PlainText.escaped(text)
        guard escaped.isEmpty || escaped.utf8.contains(where: { " \"=".utf8.contains($0) }) else { return escaped }
        return "\"" + escaped.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
    }

    /// Whether a word with this byte needs neither escapes nor quotes.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "\\"): false
        default: byte > 0x20 && byte < 0x7F
        }
    }
}
