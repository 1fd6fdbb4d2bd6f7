/// How long a read may hold the registry's lock, because verifications wait for it.
///
/// Reading the clock costs as much as reading some keys. So it is read only after some work, more if the work is quick.
struct HoldBudget {
    /// Nanoseconds after which a hold ends, plus the work until the next reading of the clock.
    static let span: Int64 = 50_000
    /// The most work of one hold, whatever the clock shows.
    private static let mostWork = 20_000
    /// The work between two readings of the clock; a key that is examined is one.
    private static let steps = 32...512
    /// The time that this work should take, in nanoseconds.
    private static let interval: Range<Int64> = 4_000..<12_000

    /// The cost of decoding a record: some microseconds.
    static let workOfRecord = 64

    private let clock: @Sendable () -> Int64
    private var step = Self.steps.lowerBound
    private var (beganAt, lookedAt): (Int64, Int64) = (0, 0)
    /// The work until the next reading.
    private var left = 0
    private var done = 0

    /// - Parameter clock: nanoseconds since some moment.
    init(clock: @escaping @Sendable () -> Int64) {
        self.clock = clock
    }

    /// Starts a hold.
    mutating func begin() {
        beganAt = clock()
        (lookedAt, left, done) = (beganAt, step, 0)
    }

    /// Counts `work`; whether the hold must end now.
    @inline(__always)
    mutating func spend(_ work: Int) -> Bool {
        left -= work
        return left <= 0 && isOver()
    }

    @inline(never)
    private mutating func isOver() -> Bool {
        let now = clock()
        let taken = now - lookedAt
        done += step - left
        if taken < Self.interval.lowerBound {
            step = min(step * 2, Self.steps.upperBound)
        } else if taken >= Self.interval.upperBound {
            step = max(step / 2, Self.steps.lowerBound)
        }
        (lookedAt, left) = (now, step)
        return now - beganAt >= Self.span || done >= Self.mostWork
    }
}
