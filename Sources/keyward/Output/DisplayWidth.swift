extension String {
    /// How many columns of a terminal it takes.
    var displayWidth: Int {
        reduce(0) { $0 + $1.displayWidth }
    }

    /// Its start, at most `width` columns of it, with `…` where something is missing.
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

    /// It with spaces behind, to `width` columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - displayWidth))
    }
}

extension Character {
    /// Two columns for what East Asian scripts and emoji take, none for a lone combining mark, else one.
    fileprivate var displayWidth: Int {
        guard let first = unicodeScalars.first, first.value >= 0x300 else { return 1 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default:
            let category = first.properties.generalCategory
            return category == .nonspacingMark || category == .enclosingMark || category == .format ? 0 : 1
        }
    }
}
