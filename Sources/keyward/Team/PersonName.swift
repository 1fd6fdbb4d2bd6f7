/// The name by which the web server knows a person: nginx's `$remote_user`.
struct PersonName: Hashable, Sendable {
    let text: String

    /// The most characters.
    static let longest = 64

    /// The rule, for a message.
    static let rule =
        "Use 1 to \(longest) letters, digits and . _ @ + -, beginning with a letter or a digit."

    /// `nil` unless it follows the rule: every other character means something in nginx's map, in passwd(5) or in a
    /// shell.
    init?(_ text: String) {
        let bytes = text.utf8
        guard (1...Self.longest).contains(bytes.count), let first = bytes.first, Self.isAlphanumeric(first),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || "._@+-".utf8.contains($0) })
        else { return nil }
        self.text = text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
