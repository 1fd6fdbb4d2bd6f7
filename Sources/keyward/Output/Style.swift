/// The tone of a text. Colour is used only where something needs attention.
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

/// Colours text, or leaves it unchanged.
struct Palette: Sendable {
    var isOn: Bool

    func paint(_ text: String, _ tone: Tone) -> String {
        guard isOn, let code = tone.code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
