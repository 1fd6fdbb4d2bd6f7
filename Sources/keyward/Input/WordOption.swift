internal import ArgumentParser
internal import KeywardClient

/// Parses an option's value that is one of a few words.
func choice<Value: CaseIterable & RawRepresentable>(_ text: String) throws -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: text) else { throw unknownWord(text, Value.allCases.map(\.rawValue)) }
    return value
}

/// Parses an option's value that is one of the protocol's words.
func word<W: Word>(_ text: String) throws -> W {
    guard let word = W.known.first(where: { $0.rawValue == text }) else {
        throw unknownWord(text, W.known.map(\.rawValue))
    }
    return word
}

/// Parses an option's value: one or more of the protocol's words, separated by commas.
func words<W: Word>(_ text: String) throws -> [W] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { try word(String($0)) }
}

private func unknownWord(_ text: String, _ words: [String]) -> ValidationError {
    let advice = Suggestion.closest(to: text, in: words).map { "Did you mean '\($0)'? " } ?? ""
    return ValidationError("\(advice)Use one of: \(words.joined(separator: ", ")).")
}

/// Parses an option's value: a duration in seconds, 1 to 3,600.
func seconds(_ text: String) throws -> Int {
    guard let seconds = Int(text), (1...3_600).contains(seconds) else {
        throw ValidationError("It is a number of seconds from 1 to 3600.")
    }
    return seconds
}
