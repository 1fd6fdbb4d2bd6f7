import Glibc
import KeywardProtocol

/// Instants in the form of parameters.
enum Instant {
    /// Now, in milliseconds since 1970.
    static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    static func inDays(_ days: Int64) -> String { inMilliseconds(days * 86_400_000) }

    static func inMilliseconds(_ span: Int64) -> String { Timestamp(milliseconds: milliseconds + span).description }
}
