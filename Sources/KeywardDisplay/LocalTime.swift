internal import Glibc
package import KeywardBase
package import KeywardProtocol

/// Dates of the local time zone (`TZ`, /etc/localtime), from the C library.
package enum LocalTime {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The first instant of a day; `nil` if the C library fails. If daylight saving time skips midnight, the day starts
    /// with its first existing instant.
    package static func start(of date: CivilDate) -> Timestamp? {
        var parts = tm()
        parts.tm_year = Int32(date.year - 1_900)
        parts.tm_mon = Int32(date.month - 1)
        parts.tm_mday = Int32(date.day)
        parts.tm_isdst = -1
        parts.tm_wday = -1
        let seconds = mktime(&parts)
        // -1 is also a valid result: the last second of 1969. Only a success sets the day of the week.
        guard parts.tm_wday >= 0 else { return nil }
        return Timestamp(milliseconds: Int64(seconds) * 1_000)
    }

    /// `21 Feb 2027`.
    package static func day(_ instant: Timestamp) -> String {
        let parts = parts(instant)
        return "\(parts.tm_mday) \(months[Int(parts.tm_mon)]) \(Int(parts.tm_year) + 1_900)"
    }

    /// `21 Feb 2027, 09:30 CET`.
    package static func dayAndMinute(_ instant: Timestamp) -> String {
        let parts = parts(instant)
        return "\(day(instant)), \(two(parts.tm_hour)):\(two(parts.tm_min)) \(zone(of: parts))"
    }

    /// `21 Feb 09:30:07 CET`: for current events.
    package static func second(_ instant: Timestamp) -> String {
        let parts = parts(instant)
        let day = (parts.tm_mday < 10 ? " " : "") + "\(parts.tm_mday) \(months[Int(parts.tm_mon)])"
        return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) \(zone(of: parts))"
    }

    /// `CET`; `UTC+03` for a zone whose abbreviation is only a number.
    private static func zone(of parts: tm) -> String {
        guard let letters = parts.tm_zone else { return "UTC" }
        let name = String(cString: letters)
        return name.first.map { "+-".contains($0) } ?? false ? "UTC" + name : name
    }

    /// The same time of day `months` calendar months later, or earlier; the last day of a shorter month.
    package static func adding(months: Int, to instant: Timestamp) -> Timestamp? {
        var parts = parts(instant)
        let month = (Int(parts.tm_year) + 1_900) * 12 + Int(parts.tm_mon) + months
        let days = CivilDate.days(in: month % 12 + 1, of: month / 12)
        parts.tm_year = Int32(month / 12 - 1_900)
        parts.tm_mon = Int32(month % 12)
        parts.tm_mday = min(parts.tm_mday, Int32(days))
        parts.tm_isdst = -1
        parts.tm_wday = -1
        let seconds = mktime(&parts)
        guard parts.tm_wday >= 0 else { return nil }
        return Timestamp(milliseconds: Int64(seconds) * 1_000 + instant.milliseconds % 1_000)
    }

    /// The local day of an instant.
    package static func date(of instant: Timestamp) -> CivilDate {
        let parts = parts(instant)
        return CivilDate(year: Int(parts.tm_year) + 1_900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    }

    /// An end: midnight is shown as the end of the previous day, as people type it.
    package static func end(_ instant: Timestamp) -> String {
        let parts = parts(instant)
        let isMidnight = parts.tm_hour == 0 && parts.tm_min == 0 && parts.tm_sec == 0
        guard isMidnight, instant.milliseconds % 1_000 == 0 else { return dayAndMinute(instant) }
        return "at the end of \(day(Timestamp(milliseconds: instant.milliseconds - 1))) \(zone(of: parts))"
    }

    private static func parts(_ instant: Timestamp) -> tm {
        var seconds = time_t(instant.milliseconds / 1_000)
        if instant.milliseconds % 1_000 < 0 { seconds -= 1 }
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }

    private static func two(_ number: Int32) -> String {
        (number < 10 ? "0" : "") + String(number)
    }
}
