import Glibc

/// The processor time of the calling thread (clock_gettime(2), CLOCK_THREAD_CPUTIME_ID).
enum CPUClock {
    static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
