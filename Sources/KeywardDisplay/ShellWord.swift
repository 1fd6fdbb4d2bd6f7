/// A word of a shell command.
package enum ShellWord {
    /// An argument: quotes the value of an option, not its name.
    package static func text(argument: String) -> String {
        guard argument.hasPrefix("--"), let end = argument.firstIndex(of: "=") else { return text(argument) }
        let name = argument[..<end]
        guard name.utf8.allSatisfy(isPlain) else { return text(argument) }
        return "\(name)=" + text(String(argument[argument.index(after: end)...]))
    }

    /// A word that the shell reads as exactly this text.
    package static func text(_ text: String) -> String {
        if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
        var word = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": word += #"'\''"#
            // The shell must create these characters, because a terminal must not receive them.
            case _ where scalar.isTerminalHazard && scalar != "\n": word += "'\"$(printf '\(octal(scalar))')\"'"
            default: word.unicodeScalars.append(scalar)
            }
        }
        return word + "'"
    }

    /// Bytes without a meaning in any shell. A leading dash does not matter: it starts an option.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "_@+:,./-".utf8.contains(byte)
        }
    }

    /// The form for printf(1): the UTF-8 bytes, three octal digits each.
    private static func octal(_ scalar: Unicode.Scalar) -> String {
        Character(scalar).utf8.map { byte in
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }
}
