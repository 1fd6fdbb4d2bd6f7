/// The boot-time clock, for windows of limits.
struct BootClock {
    /// Milliseconds on the boot-time clock.
    let now: @Sendable () -> Int64
    private var timeOfRead: Int64?

    init(_ now: @escaping @Sendable () -> Int64) { self.now = now }

    /// Begins the verifications of a read, which all have the same time.
    mutating func beginRead() { timeOfRead = nil }

    /// The time of the read, which is looked up when a verification first needs it.
    mutating func ofRead() -> Int64 {
        if let timeOfRead { return timeOfRead }
        let time = now()
        timeOfRead = time
        return time
    }
}
