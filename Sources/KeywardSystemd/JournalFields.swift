package import Logging

/// A log event as the journal's fields, by systemd.journal-fields(7): `NAME=value`, each one whole.
///
/// Each field travels with its length, so that no value can begin another; control characters are escaped besides,
/// because the journal shows a text that holds them as a blob.
package enum JournalFields {
    static let identifier = "keywardd"
    private static let prefix = "KEYWARD_"
    private static let longestName = 64

    /// The fields of an event, the metadata's in the order of their names.
    ///
    /// `messageID` becomes MESSAGE_ID if it is a 128-bit number in hexadecimal digits; every other key becomes
    /// `KEYWARD_` and the key in upper snake case. An array becomes one field for each element.
    package static func fields(
        message: String, level: Logger.Level, metadata: Logger.Metadata
    ) -> [String] {
        var fields = [
            "MESSAGE=" + PlainText.escaped(message),
            "PRIORITY=\(priority(of: level))",
            "SYSLOG_IDENTIFIER=" + identifier,
        ]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            if key == "messageID" {
                fields += messageID(value).map { ["MESSAGE_ID=" + $0] } ?? []
            } else if let name = name(ofKey: key) {
                fields += texts(of: value).map { name + "=" + PlainText.escaped($0) }
            }
        }
        return fields
    }

    /// The syslog priority, 7 (debug) to 2 (critical).
    static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// `keyID` is `KEYWARD_KEY_ID`; `nil` for a key that no field's name can be made of.
    static func name(ofKey key: String) -> String? {
        var name = prefix
        var before: Unicode.Scalar = "_"
        let scalars = Array(key.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            guard scalar.isASCII else { return nil }
            let after = index + 1 < scalars.count ? scalars[index + 1] : "_"
            let beginsWord =
                isUpper(scalar) && (isLower(before) || isDigit(before) || isUpper(before) && isLower(after))
            if beginsWord { name += "_" }
            name += isUpper(scalar) || isLower(scalar) || isDigit(scalar) ? String(scalar).uppercased() : "_"
            before = scalar
        }
        return key.isEmpty || name.utf8.count > longestName ? nil : name
    }

    /// 32 hexadecimal digits in lower case, dashes left out.
    private static func messageID(_ value: Logger.MetadataValue) -> String? {
        let digits = value.description.lowercased().filter { $0 != "-" }
        let isNumber = digits.utf8.count == 32 && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
        return isNumber ? digits : nil
    }

    private static func texts(of value: Logger.MetadataValue) -> [String] {
        if case .array(let elements) = value { return elements.map(\.description) }
        return [value.description]
    }

    private static func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
    private static func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
