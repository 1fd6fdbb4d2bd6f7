import KeywardCore
import KeywardProtocol

/// Texts about the decision clock.
enum ClockText {
    /// The largest number of keys that a sentence names.
    private static let mostNames = 5

    /// The effects on the keys of accepting the wall clock, before it is accepted.
    static func sentences(_ facts: ClockFacts) -> String {
        var sentences = ["The wall clock shows \(Timestamp(facts.to))."]
        if facts.setsBack {
            sentences.append("Keyward's time is \(span(facts.from - facts.to)) ahead of it and would go back.")
        } else if facts.to > facts.from {
            sentences.append("Keyward's time is \(span(facts.to - facts.from)) behind it and would go ahead.")
        }
        if facts.unproven.milliseconds > 0 {
            sentences.append(
                "By this clock Keyward was off for \(span(facts.unproven)); the sweeps would count that time.")
        }
        for (group, verb) in [
            (facts.verifyAgain, "would verify again"), (facts.stopVerifying, "would stop verifying"),
            (facts.verifiedMeanwhile, "verified while the clock was ahead"),
            (facts.changedMeanwhile, "changed while the clock was ahead"),
        ] where group.count > 0 {
            sentences.append("\(count(group.count)) \(verb): \(names(group)).")
        }
        return sentences.joined(separator: " ")
    }

    /// A length of time for people: `14 years`, `2 hours`, `40 seconds`.
    static func span(_ span: Instant.Span) -> String {
        let seconds = abs(span.milliseconds) / 1_000
        let units: [(seconds: Int64, name: String)] = [
            (365 * 86_400, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"),
        ]
        // A unit is used from two of it on; less is given in the next smaller unit.
        let unit = units.first { seconds >= 2 * $0.seconds } ?? units[4]
        let number = seconds / unit.seconds
        return "\(number) \(unit.name)\(number == 1 ? "" : "s")"
    }

    private static func count(_ number: Int) -> String { number == 1 ? "1 key" : "\(number) keys" }

    private static func names(_ group: KeyGroup) -> String {
        let named = group.first.prefix(mostNames).map { "\($0.name) (\($0.prefix))" }
        let rest = group.count - named.count
        return named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
