/// How a piece of text stands out. Few and calm: colour only where something wants attention.
enum Tone: Sendable {
    case plain, strong, faint, good, notice, bad

    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .notice: "33"
        case .bad: "31"
        }
    }
}

/// Paints text, or leaves it as it is.
struct Palette: Sendable {
    var isOn: Bool

    func paint(_ text: String, _ tone: Tone) -> String {
        guard isOn, let code = tone.code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
