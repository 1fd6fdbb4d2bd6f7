extension String {
    /// The text without characters that control a terminal. Control characters, line and paragraph separators and
    /// bidirectional controls become `\u001b`.
    package var printable: String {
        printable { _ in false }
    }

    /// The same for a text of several lines.
    package var printableLines: String {
        printable { $0 == "\n" }
    }

    private func printable(except isAllowed: (Unicode.Scalar) -> Bool) -> String {
        if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return self }
        guard unicodeScalars.contains(where: { $0.isTerminalHazard && !isAllowed($0) }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isTerminalHazard, !isAllowed(scalar) {
                text += scalar.jsonEscape
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Whether a terminal may interpret it.
    package var isTerminalHazard: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
            0xE0000...0xE007F:
            true
        default: false
        }
    }

    /// The JSON escape, with a surrogate pair beyond the basic plane: valid inside any JSON string.
    fileprivate var jsonEscape: String {
        Character(self).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
