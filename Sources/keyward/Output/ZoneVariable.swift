internal import Glibc

/// The environment variable `TZ`. The C library silently treats an invalid one as UTC.
enum ZoneVariable {
    /// A warning if `TZ` names no time zone; otherwise `nil`.
    static func warning(_ variable: (String) -> String?) -> String? {
        guard let zone = variable("TZ"), !isKnown(zone, folder: variable("TZDIR") ?? "/usr/share/zoneinfo") else {
            return nil
        }
        return "Warning: TZ names no time zone of this host: '\(zone)'. Local times are in UTC."
    }

    /// Whether the C library can read it (tzset(3)): a rule such as `CET-1CEST`, or a file.
    static func isKnown(_ zone: String, folder: String) -> Bool {
        let name = zone.hasPrefix(":") ? String(zone.dropFirst()) : zone
        if name.isEmpty || ["UTC", "GMT"].contains(name) || isRule(name) { return true }
        guard !name.split(separator: "/").contains("..") else { return false }
        var status = stat()
        return stat(name.hasPrefix("/") ? name : "\(folder)/\(name)", &status) == 0
            && status.st_mode & S_IFMT == S_IFREG
    }

    /// A name of three or more letters, or any text between `<` and `>`, followed by a number.
    private static func isRule(_ text: String) -> Bool {
        var rest = text[...]
        if rest.first == "<" {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            let name = rest.prefix { $0.isASCII && $0.isLetter }
            guard name.count >= 3 else { return false }
            rest = rest[name.endIndex...]
        }
        if let sign = rest.first, "+-".contains(sign) { rest.removeFirst() }
        return rest.first.map { $0.isASCII && $0.isNumber } ?? false
    }
}
