internal import Glibc
internal import KeywardClient

/// The clock and the randomness of the system.
enum SystemSources {
    /// The wall clock.
    @Sendable static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// 64 bits of the system's CSPRNG.
    @Sendable static func random() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
