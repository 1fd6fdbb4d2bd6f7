internal import KeywardProtocol

/// An instant as people write it.
enum Moment: Hashable, Sendable {
    case never
    /// A day of the local time zone.
    case day(CivilDate)
    /// So many seconds from now.
    case span(Int64)
    case instant(Timestamp)

    static let forms = "2026-12-31, 90d, 2w, 12h or 2026-12-31T23:59:59Z"

    /// Reads `never`, a date, a length of time (`min`, `h`, `d`, `w`) or an RFC 3339 date and time.
    init?(_ text: String) {
        if text == "never" {
            self = .never
        } else if let seconds = Self.seconds(text) {
            self = .span(seconds)
        } else if let date = Self.date(text) {
            self = .day(date)
        } else if let instant = Timestamp(text) {
            self = .instant(instant)
        } else {
            return nil
        }
    }

    /// A length of time in seconds, at most 100 years.
    static func seconds(_ text: String) -> Int64? {
        for (unit, seconds) in [("min", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800)] as [(String, Int64)] {
            guard text.hasSuffix(unit) else { continue }
            let digits = text.dropLast(unit.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int64(digits), number <= 36_525 * 86_400 / seconds
            else { return nil }
            return number * seconds
        }
        return nil
    }

    private static func date(_ text: String) -> CivilDate? {
        // The protocol's own reader knows which days there are.
        guard text.utf8.count == 10, let midnight = Timestamp(text + "T00:00:00Z") else { return nil }
        return CivilDate(daysSinceEpoch: Int(midnight.milliseconds / 86_400_000))
    }

    /// When something ends that is to last until then: a day counts whole. `nil` is never.
    func end(now: Timestamp) throws(Failure) -> Timestamp? {
        switch self {
        case .never: nil
        case .instant(let instant): instant
        case .span(let seconds): Timestamp(milliseconds: now.milliseconds + seconds * 1_000)
        case .day(let date): try Self.start(of: CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1))
        }
    }

    /// When something began: a day from its start, a length of time so long ago.
    func beginning(now: Timestamp) throws(Failure) -> Timestamp? {
        switch self {
        case .never: nil
        case .instant(let instant): instant
        case .span(let seconds): Timestamp(milliseconds: now.milliseconds - seconds * 1_000)
        case .day(let date): try Self.start(of: date)
        }
    }

    private static func start(of date: CivilDate) throws(Failure) -> Timestamp {
        guard let start = LocalTime.start(of: date) else { throw .usage("The local time of that date is not known.") }
        return start
    }
}
