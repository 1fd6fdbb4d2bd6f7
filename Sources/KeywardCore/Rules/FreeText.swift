/// Text that people give: owners, purposes, notes, request ids, searches, names of workspaces.
package enum FreeText {
    /// The longest text, in characters.
    package static let longest = 128
    /// The longest note.
    package static let longestNote = 500

    /// Why `text` cannot be taken; `nil` if it can. The text itself is not repeated.
    package static func fault(in text: String, longest: Int = longest) -> String? {
        if text.isEmpty || text.allSatisfy(\.isWhitespace) { return "must not be empty" }
        if text.count > longest || text.utf8.count > longest * 16 { return "must have at most \(longest) characters" }
        if text.unicodeScalars.contains(where: isHarmful) {
            return "must not contain control characters or characters that turn the reading direction"
        }
        return nil
    }

    /// Control characters (Cc), line and paragraph separators, and the bidirectional controls of UAX #9.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
