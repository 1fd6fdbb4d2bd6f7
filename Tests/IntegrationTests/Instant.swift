import Glibc
import KeywardProtocol

/// Instants as parameters have them.
enum Instant {
    static func inDays(_ days: Int64) -> String { inMilliseconds(days * 86_400_000) }

    static func inMilliseconds(_ span: Int64) -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000 + span).description
    }
}
