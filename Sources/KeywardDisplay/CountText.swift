/// Numbers of things, for display.
package enum CountText {
    /// About three digits: `18`, `4,310`, `96 k`, `1.2 M`. Truncated, not rounded, so never more than the number.
    package static func short(_ number: Int) -> String {
        guard number.magnitude >= 10_000 else { return grouped(number) }
        var unit = 1_000
        for name in ["k", "M", "G", "T", "P"] {
            let tenths = number / (unit / 10)
            if tenths.magnitude < 100, name != "k" { return "\(tenths / 10).\(tenths.magnitude % 10) \(name)" }
            if tenths.magnitude < 10_000 || name == "P" { return "\(tenths / 10) \(name)" }
            unit *= 1_000
        }
        return grouped(number)
    }

    /// All digits, grouped: `1,234,567`.
    package static func grouped(_ number: Int) -> String {
        var text = ""
        let digits = String(number.magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    /// `1 key`, `4 keys`.
    package static func of(_ number: Int, _ thing: String) -> String {
        "\(grouped(number)) \(thing)\(number == 1 ? "" : "s")"
    }

    /// A number of bytes: `812 bytes`, `1.2 MB`.
    package static func bytes(_ number: Int) -> String {
        let short = short(number)
        guard let unit = short.last, unit.isLetter else { return "\(short) bytes" }
        return (unit == "k" ? String(short.dropLast()) + "k" : short) + "B"
    }
}
