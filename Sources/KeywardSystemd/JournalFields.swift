package import Logging

/// A log event as journal fields (systemd.journal-fields(7)), each a `NAME=value`.
///
/// Each field is sent with its length, so a value cannot start another field. Control characters are escaped as well,
/// because the journal shows a text with control characters as a blob.
package enum JournalFields {
    /// The program of entries that name none.
    package static let identifier = "keywardd"
    private static let prefix = "KEYWARD_"
    private static let longestName = 64

    /// The fields of an event, the metadata's in the order of their names.
    ///
    /// `messageID` becomes MESSAGE_ID if it is a 128-bit number in hexadecimal digits; every other key becomes
    /// `KEYWARD_` and the key in upper snake case. An array becomes one field for each element.
    package static func fields(
        message: String, level: Logger.Level, metadata: Logger.Metadata, identifier: String = identifier
    ) -> [String] {
        var fields = [
            "MESSAGE=" + PlainText.escaped(message),
            "PRIORITY=\(priority(of: level, metadata))",
            "SYSLOG_IDENTIFIER=" + identifier,
        ]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != LogEntry.alertKey {
            if key == "messageID" {
                fields += messageID(value).map { ["MESSAGE_ID=" + $0] } ?? []
            } else if let name = name(ofKey: key) {
                fields += texts(of: value).map { name + "=" + PlainText.escaped($0) }
            }
        }
        return fields
    }

    /// The syslog priority, 7 (debug) to 2 (critical), or 1 (alert).
    static func priority(of level: Logger.Level, _ metadata: Logger.Metadata = [:]) -> Int {
        if metadata[LogEntry.alertKey] != nil { return 1 }
        return switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// The field name for a metadata key: `keyID` becomes `KEYWARD_KEY_ID`; `nil` if the key cannot become a field
    /// name.
    static func name(ofKey key: String) -> String? {
        let key = Array(key.utf8)
        var name = Array(prefix.utf8)
        var before = underscore
        for (index, byte) in key.enumerated() {
            guard byte < 0x80 else { return nil }
            let after = index + 1 < key.count ? key[index + 1] : underscore
            let beginsWord = isUpper(byte) && (isLower(before) || isDigit(before) || isUpper(before) && isLower(after))
            if beginsWord { name.append(underscore) }
            name.append(isLower(byte) ? byte - 0x20 : isUpper(byte) || isDigit(byte) ? byte : underscore)
            before = byte
        }
        return key.isEmpty || name.count > longestName ? nil : String(decoding: name, as: UTF8.self)
    }

    /// 32 hexadecimal digits in lower case, without dashes.
    private static func messageID(_ value: Logger.MetadataValue) -> String? {
        let digits = value.description.lowercased().utf8.filter { $0 != UInt8(ascii: "-") }
        let isNumber =
            digits.count == 32
            && digits.allSatisfy { isDigit($0) || $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f") }
        return isNumber ? String(decoding: digits, as: UTF8.self) : nil
    }

    private static func texts(of value: Logger.MetadataValue) -> [String] {
        if case .array(let elements) = value { return elements.map(\.description) }
        return [value.description]
    }

    private static let underscore = UInt8(ascii: "_")

    private static func isUpper(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
    private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
