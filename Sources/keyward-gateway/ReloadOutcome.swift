/// What became of a reload, as text for people.
struct ReloadOutcome: Equatable {
    /// Whether the file that was read is in force.
    var isInForce: Bool
    /// Sentences.
    var text: String
}

extension ReloadOutcome {
    /// The bytes for the one who asked: a sign and the text.
    var bytes: [UInt8] { Array(((isInForce ? "+" : "-") + text).utf8) }

    /// `nil` if the bytes are not a whole answer.
    init?(bytes: [UInt8]) {
        guard let sign = bytes.first, let text = String(validating: bytes.dropFirst(), as: UTF8.self), !text.isEmpty
        else { return nil }
        switch sign {
        case UInt8(ascii: "+"): isInForce = true
        case UInt8(ascii: "-"): isInForce = false
        default: return nil
        }
        self.text = text
    }
}
