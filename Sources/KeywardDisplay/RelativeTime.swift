package import KeywardProtocol

/// Relative times: `3 min ago`, `in 42 days`.
package enum RelativeTime {
    private static let minute: Int64 = 60
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400
    private static let year: Int64 = 365 * day

    /// `instant` relative to `now`.
    package static func text(_ instant: Timestamp, now: Timestamp) -> String {
        let milliseconds = instant.milliseconds - now.milliseconds
        if milliseconds.magnitude < 1_000 { return "now" }
        let span = span(seconds: Int64(milliseconds.magnitude / 1_000))
        return milliseconds < 0 ? "\(span) ago" : "in \(span)"
    }

    /// A duration in its largest fitting unit.
    package static func span(seconds: Int64) -> String {
        switch seconds {
        case ..<minute: "\(seconds) s"
        case ..<hour: "\(seconds / minute) min"
        case ..<(2 * day): "\(seconds / hour) h"
        // A moment after its creation, a key for 90 days has 89 days and some hours left: round to 90. Longer durations
        // likewise.
        case ..<(90 * day + day / 2): "\((seconds + day / 2) / day) days"
        case ..<(730 * day): "\((seconds * 12 + year / 2) / year) months"
        default: "\((seconds + year / 2) / year) years"
        }
    }
}
