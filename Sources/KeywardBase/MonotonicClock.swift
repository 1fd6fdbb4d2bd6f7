import Glibc

/// The time since a fixed moment (CLOCK_MONOTONIC).
package enum MonotonicClock {
    /// In milliseconds.
    package static func now() -> Int64 { nanoseconds() / 1_000_000 }

    /// In nanoseconds.
    package static func nanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
