/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
package struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (left: Instant, span: Span) -> Instant {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(span.milliseconds)
        return overflow ? (span.milliseconds < 0 ? .distantPast : .distantFuture) : Instant(milliseconds: sum)
    }

    package static func - (left: Instant, span: Span) -> Instant {
        left + Span(milliseconds: -span.milliseconds)
    }

    package static func - (left: Instant, right: Instant) -> Span {
        Span(milliseconds: left.milliseconds - right.milliseconds)
    }

    /// Before everything.
    package static let distantPast = Instant(milliseconds: .min)
    /// After everything: means "never".
    package static let distantFuture = Instant(milliseconds: .max)

    /// Whole hours since the epoch.
    package var hour: Int64 { milliseconds / 3_600_000 }

    /// Whole days since the epoch, UTC.
    package var day: Int64 { (milliseconds >= 0 ? milliseconds : milliseconds - 86_399_999) / 86_400_000 }

    /// The start of a day since the epoch, UTC.
    package init(day: Int64) { milliseconds = day * 86_400_000 }

    /// A length of time in whole milliseconds.
    package struct Span: Hashable, Comparable, Sendable {
        package var milliseconds: Int64

        package init(milliseconds: Int64) {
            self.milliseconds = milliseconds
        }

        package static func < (left: Span, right: Span) -> Bool { left.milliseconds < right.milliseconds }

        package static func seconds(_ count: Int) -> Span { Span(milliseconds: Int64(count) * 1_000) }
        package static func hours(_ count: Int) -> Span { .seconds(count * 3_600) }
        package static func days(_ count: Int) -> Span { .hours(count * 24) }
    }
}
