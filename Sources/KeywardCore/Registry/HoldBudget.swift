/// How long a read may go on under one hold of the registry's lock: verifications wait for it.
///
/// A look at the clock costs as much as looks at some keys, so it is only taken after so much work, more of it where
/// work is found to be quick.
struct HoldBudget {
    /// Nanoseconds after which a hold ends; the work until the next look at the clock comes on top.
    static let span: Int64 = 50_000
    /// How much work a hold has at most, whatever the clock says.
    private static let mostWork = 20_000
    /// How much work there is between two looks at the clock; a key that is looked at is one.
    private static let steps = 32...512
    /// How long that should take, in nanoseconds.
    private static let interval: Range<Int64> = 4_000..<12_000

    /// What a record costs that is decoded: some microseconds.
    static let workOfRecord = 64

    private let clock: @Sendable () -> Int64
    private var step = Self.steps.lowerBound
    private var (beganAt, lookedAt): (Int64, Int64) = (0, 0)
    /// How much work there is until the next look.
    private var left = 0
    private var done = 0

    /// - Parameter clock: nanoseconds since some moment.
    init(clock: @escaping @Sendable () -> Int64) {
        self.clock = clock
    }

    /// A hold begins.
    mutating func begin() {
        beganAt = clock()
        (lookedAt, left, done) = (beganAt, step, 0)
    }

    /// Whether the hold is to end, after so much more work.
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
