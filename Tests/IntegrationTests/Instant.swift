import Foundation

/// Instants as parameters have them.
enum Instant {
    static func inDays(_ days: Double) -> String { inSeconds(days * 86_400) }

    static func inSeconds(_ seconds: Double) -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let date = Foundation.Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 + seconds)
        return date.formatted(.iso8601.time(includingFractionalSeconds: true))
    }
}
