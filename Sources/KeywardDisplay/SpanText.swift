/// Durations in the form that people type: `30m`, `12h`, `90d`, `2w`.
package enum SpanText {
    /// A duration in seconds, at most 100 years. `m` is minutes, as in systemd.time(7).
    package static func seconds(_ text: String) -> Int64? {
        number(text, of: [("min", 60), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800)], 36_525 * 86_400)
    }

    /// A duration in the largest unit of which it is a whole number: `90 s`, `5 m`, `1 h`, `31 d`.
    package static func exact(seconds: Int) -> String {
        for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] where seconds % size == 0 {
            return "\(seconds / size) \(unit)"
        }
        return "\(seconds) s"
    }

    /// The seconds of a limit's window: `60s`, `5m`, `1h`, `31d`.
    package static func window(_ text: String) -> Int? {
        number(text, of: [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)], 1 << 31).map { Int($0) }
    }

    /// The text that ``window(_:)`` parses, in the largest unit of which it is a whole number.
    package static func compact(seconds: Int) -> String { exact(seconds: seconds).filter { $0 != " " } }

    /// A number followed by a unit, multiplied by the unit's size.
    package static func number(_ text: String, of units: [(name: String, size: Int64)], _ most: Int64) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let unit = units.first(where: { $0.name == text[digits.endIndex...] }), let number = Int64(digits),
            number <= most / unit.size
        else { return nil }
        return number * unit.size
    }
}
