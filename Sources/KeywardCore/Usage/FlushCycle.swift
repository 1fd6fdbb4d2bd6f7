/// The speed of the cursor of ``DirtyKeys``, and the instant up to which all usage is stored.
struct FlushCycle {
    /// Up to this number of keys in use are all stored each second: that takes a hundredth of a core.
    static let atLeast = 1_000
    /// More of them are stored in a cycle of this many seconds, an even share in each. The ledger protects waiting
    /// counts from a kill; only a power cut may lose them.
    static let seconds = 10
    /// The most keys stored in one second, so that storing does not keep a core busy. With more than 50,000 keys in
    /// use, a cycle takes longer.
    static let atMost = 5_000

    /// The number of completed cycles that took everything counted before their start.
    private(set) var count = 0
    private var secondsLeft = seconds
    private var startedAt: Instant?
    /// Everything counted by then was taken to be stored.
    private var takenAsOf: Instant?
    /// Everything counted by then is stored.
    private(set) var storedAsOf: Instant?

    /// The number of keys to store in the second that begins.
    ///
    /// - Parameters keys, ahead: the number of keys, and of those still to be taken in this cycle.
    /// - Parameter hours: the number of finished hours to store.
    mutating func share(keys: Int, ahead: Int, hours: Int) -> Int {
        let (keysNow, hoursNow) = (Self.part(ahead, secondsLeft), Self.part(hours, Self.seconds))
        secondsLeft = max(1, secondsLeft - 1)
        return min(max(min(keysNow, keys), min(hoursNow, hours)), Self.atMost)
    }

    /// The part of `count` to do now, so that all are done in `seconds`.
    private static func part(_ count: Int, _ seconds: Int) -> Int {
        max((count + seconds - 1) / seconds, atLeast)
    }

    /// The cursor leaves the start.
    mutating func begin(at now: Instant) {
        if startedAt == nil { startedAt = now }
    }

    /// The cursor is at the start again. If nothing is left, everything counted by `now` was taken. If keys are left,
    /// everything counted before the cursor left the start was taken.
    mutating func end(at now: Instant, keysAreLeft: Bool, hoursAreLeft: Bool) {
        secondsLeft = Self.seconds
        guard !hoursAreLeft else { return }
        count += 1
        takenAsOf = keysAreLeft ? startedAt : now
        startedAt = now
    }

    /// The taken usage is stored.
    mutating func noteStored() { storedAsOf = takenAsOf }

    /// The taken usage could not be stored.
    mutating func noteReturned() { takenAsOf = storedAsOf }
}
