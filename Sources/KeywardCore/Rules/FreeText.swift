@_spi(_Unicode) internal import Swift

/// Why a text or a workspace's name is refused.
package enum TextFault: Hashable, Sendable {
    case isEmpty
    /// In characters.
    case isTooLong(longest: Int)
    /// Control characters, or bidirectional controls.
    case hasControlCharacters
    case hasCharactersWithoutWidth
    /// White space at its start or end.
    case hasOuterWhiteSpace
}

/// Text from people: owners, purposes, notes, request ids, searches, names of workspaces.
package enum FreeText {
    /// The longest text, in characters.
    package static let longest = 128
    /// The longest note.
    package static let longestNote = 500

    /// Why `text` is refused; `nil` if it is valid.
    package static func fault(in text: String, longest: Int = longest) -> TextFault? {
        if text.allSatisfy({ isBlank($0) || hasNoWidth($0) }) { return .isEmpty }
        if text.count > longest || text.utf8.count > longest * 16 { return .isTooLong(longest: longest) }
        return unreadable(in: text)
    }

    /// Invisible or misleading characters in `text`; `nil` if there are none.
    package static func unreadable(in text: String) -> TextFault? {
        if text.unicodeScalars.contains(where: isHarmful) {
            return .hasControlCharacters
        }
        return text.contains(where: hasNoWidth) ? .hasCharactersWithoutWidth : nil
    }

    /// The form in which texts are stored and compared: NFC (UAX #15). A text can have several encodings that look the
    /// same; macOS, for example, writes `é` as two scalars.
    package static func normalized(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text._nfc)
        return String(scalars)
    }

    /// White space, and the only blank symbol (BRAILLE PATTERN BLANK).
    static func isBlank(_ character: Character) -> Bool { character.isWhitespace || character == "\u{2800}" }

    /// Whether a scalar is never shown: format characters and those that UAX #44 defines as default-ignorable. They
    /// include joiners and variation selectors, which a visible character may have.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return false }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return true }
        return properties.generalCategory == .format && !isShownFormat(scalar)
    }

    /// Control characters (Cc), line and paragraph separators, and the bidirectional controls of UAX #9.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether a character consists only of invisible scalars and marks without a base, or hides a text of tags.
    private static func hasNoWidth(_ character: Character) -> Bool {
        if character.isASCII { return false }
        let scalars = character.unicodeScalars
        // Tags are valid only after a black flag, as the flag of a region.
        if scalars.contains(where: isTag), scalars.first != "\u{1F3F4}" { return true }
        return scalars.allSatisfy { isInvisible($0) || isMark($0) }
    }

    private static func isTag(_ scalar: Unicode.Scalar) -> Bool { 0xE0000...0xE007F ~= scalar.value }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    /// Format characters with a visible glyph: signs that span the digits after them.
    private static func isShownFormat(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0600...0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD: true
        default: false
        }
    }
}
