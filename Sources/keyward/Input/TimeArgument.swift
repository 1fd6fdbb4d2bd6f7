internal import KeywardBase
internal import KeywardDisplay
internal import KeywardProtocol

/// An instant in the forms that people type.
enum TimeArgument: Hashable, Sendable {
    case never
    /// A day of the local time zone.
    case day(CivilDate)
    /// Today, or this many days later.
    case daysFromToday(Int)
    /// This many seconds from now.
    case span(Int64)
    /// This many calendar months from now.
    case months(Int)
    case instant(Timestamp)

    /// For help and errors.
    static let forms =
        "2026-12-31 (the end of that local day), tomorrow, 90d, 2w, 6mo, 1y, 12h, 30m or 2026-12-31T23:59:59Z"

    /// The longest duration, in years.
    private static let most: Int64 = 100

    /// Parses `never`, `today`, `tomorrow`, a date, a duration or an RFC 3339 date and time.
    init?(_ text: String) {
        let known: TimeArgument? =
            switch text {
            case "never": .never
            case "today": .daysFromToday(0)
            case "tomorrow": .daysFromToday(1)
            default: Self.seconds(text).map { .span($0) } ?? Self.months(text).map { .months($0) }
            }
        guard let moment = known ?? Self.date(text).map({ .day($0) }) ?? Timestamp(text).map({ .instant($0) }) else {
            return nil
        }
        self = moment
    }

    /// A duration in seconds, at most 100 years. `m` is minutes, as in systemd.time(7).
    static func seconds(_ text: String) -> Int64? { SpanText.seconds(text) }

    /// A duration in calendar months, at most 100 years.
    private static func months(_ text: String) -> Int? {
        SpanText.number(text, of: [("mo", 1), ("y", 12)], most * 12).map { Int($0) }
    }

    private static func date(_ text: String) -> CivilDate? {
        // The protocol's parser knows which dates exist.
        guard text.utf8.count == 10, let midnight = Timestamp(text + "T00:00:00Z") else { return nil }
        return CivilDate(daysSinceEpoch: Int(midnight.milliseconds / 86_400_000))
    }

    /// The instant for an end: a day includes all of it. `nil` is never.
    func end(now: Timestamp) throws(Failure) -> Timestamp? {
        switch self {
        case .never: nil
        case .instant(let instant): instant
        case .span(let seconds): Timestamp(milliseconds: now.milliseconds + seconds * 1_000)
        case .months(let months): try Self.known(LocalTime.adding(months: months, to: now))
        case .day(let date): try Self.start(of: date, plus: 1)
        case .daysFromToday(let days): try Self.start(of: LocalTime.date(of: now), plus: days + 1)
        }
    }

    /// The instant for a beginning: a day from its start, a duration before now.
    func beginning(now: Timestamp) throws(Failure) -> Timestamp? {
        switch self {
        case .never: nil
        case .instant(let instant): instant
        case .span(let seconds): Timestamp(milliseconds: now.milliseconds - seconds * 1_000)
        case .months(let months): try Self.known(LocalTime.adding(months: -months, to: now))
        case .day(let date): try Self.start(of: date, plus: 0)
        case .daysFromToday(let days): try Self.start(of: LocalTime.date(of: now), plus: days)
        }
    }

    private static func start(of date: CivilDate, plus days: Int) throws(Failure) -> Timestamp {
        try known(LocalTime.start(of: CivilDate(daysSinceEpoch: date.daysSinceEpoch + days)))
    }

    private static func known(_ instant: Timestamp?) throws(Failure) -> Timestamp {
        guard let instant else { throw .usage("The local time of that date is not known.") }
        return instant
    }
}
