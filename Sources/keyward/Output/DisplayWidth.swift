extension String {
    /// The number of terminal columns.
    var displayWidth: Int {
        // Most texts are ASCII, where each byte takes one column.
        if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return utf8.count }
        return reduce(0) { $0 + $1.displayWidth }
    }

    /// Its start, at most `width` columns, with `…` if something is missing.
    func fitted(to width: Int) -> String {
        guard displayWidth > width else { return self }
        guard width > 0 else { return "" }
        var (text, used) = ("", 0)
        for character in self {
            guard used + character.displayWidth <= width - 1 else { break }
            text.append(character)
            used += character.displayWidth
        }
        return text + "…"
    }

    /// The text padded with spaces to `width` columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }
}

extension Character {
    /// The number of columns of a grapheme cluster: the sum of its parts, but at most two. Terminals that support
    /// clusters do this for joined emoji, flags, skin tones, and the conjuncts of Indic scripts.
    var displayWidth: Int {
        var width = 0
        var isJoined = false
        for scalar in unicodeScalars {
            switch scalar.value {
            // VARIATION SELECTOR-16 selects the emoji form of a character that also has a narrow form.
            case 0xFE0F: width = min(2, width * 2)
            // The character after ZERO WIDTH JOINER is drawn as part of the one before it.
            case 0x200D: isJoined = true
            default:
                if !isJoined { width += scalar.columns }
                isJoined = false
            }
        }
        return min(width, 2)
    }
}

extension Unicode.Scalar {
    /// The number of columns of a single character; 0 if it is drawn on the character before it.
    fileprivate var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: break
        }
        // The vowels and finals of a Hangul syllable that is written in parts.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        return WideCharacters.contains(value) ? 2 : 1
    }
}
