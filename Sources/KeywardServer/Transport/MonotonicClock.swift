import Glibc

/// The clock for connections.
package enum MonotonicClock {
    /// Milliseconds on CLOCK_MONOTONIC.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
