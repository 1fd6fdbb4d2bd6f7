/// How fast the cursor of ``DirtyKeys`` goes round, and as of when all usage is stored.
struct FlushCycle {
    /// Up to so many keys in use are all stored each second: that takes a hundredth of a core.
    static let atLeast = 1_000
    /// More of them are stored in a round of so many seconds, an even share in each. What waits is kept from a kill by
    /// the ledger, so the price is what a power cut may take.
    static let seconds = 10
    /// More keys are not stored in one second, or storing would keep a core busy: from 50,000 keys in use on a round
    /// takes longer.
    static let atMost = 5_000

    /// How many rounds have ended after which all was taken that was there when they began.
    private(set) var count = 0
    private var secondsLeft = seconds
    private var startedAt: Instant?
    /// All that was counted by then was taken to be stored.
    private var takenAsOf: Instant?
    /// All that was counted by then is stored.
    private(set) var storedAsOf: Instant?

    /// How many keys are to be stored in the second that begins.
    ///
    /// - Parameters keys, ahead: how many there are, and how many of them are still to have their turn in this round.
    /// - Parameter hours: how many finished hours are to be stored.
    mutating func share(keys: Int, ahead: Int, hours: Int) -> Int {
        let (keysNow, hoursNow) = (Self.part(ahead, secondsLeft), Self.part(hours, Self.seconds))
        secondsLeft = max(1, secondsLeft - 1)
        return min(max(min(keysNow, keys), min(hoursNow, hours)), Self.atMost)
    }

    /// What is to be done now of what `count` need, so that all are done in so many seconds.
    private static func part(_ count: Int, _ seconds: Int) -> Int {
        max((count + seconds - 1) / seconds, atLeast)
    }

    /// The hand leaves the start.
    mutating func begin(at now: Instant) {
        if startedAt == nil { startedAt = now }
    }

    /// The hand is at the start again. If nothing is left, all that was counted by `now` was taken; if keys are, what
    /// was counted by the time at which the cursor left the start.
    mutating func end(at now: Instant, keysAreLeft: Bool, hoursAreLeft: Bool) {
        secondsLeft = Self.seconds
        guard !hoursAreLeft else { return }
        count += 1
        takenAsOf = keysAreLeft ? startedAt : now
        startedAt = now
    }

    /// What was taken is stored.
    mutating func noteStored() { storedAsOf = takenAsOf }

    /// What was taken could not be stored.
    mutating func noteReturned() { takenAsOf = storedAsOf }
}
