/// What a verification reads and writes of an allowance, apart from its counts in the ledger: one cache line.
///
/// It has no reference that is counted. ``AllowanceTable`` owns it, and has its record, which only changes and people
/// read. Days are since 1970, UTC.
struct AllowanceCell {
    /// Its limits; those of the plan are looked up, because a reload replaces them (``followsPlan``).
    var limits: LimitSet
    let block: AllowanceBlock
    /// The places in the block of the limits, 4 bits each.
    var places: UInt32 = 0
    /// The number of the limits for which `places` was made.
    var placedSet: UInt32 = 0
    /// A balance of this or less is low; less than any balance if there are no credits.
    var lowBalance = Int64.min
    /// The days of the last refill and of the next one; before and after every day if there is none.
    private(set) var (refilledOn, refillsOn) = (Int32.min, Int32.max)
    let workspace: UInt32
    /// How many keys draw on it.
    var keyCount: Int32 = 0
    private var marks = Marks()
    /// What was said about its balance since that was last set.
    var noticed: CreditNotice?
    /// Fills the cache line.
    private let reserve: Int64 = 0

    private struct Marks: OptionSet {
        var rawValue: UInt8 = 0

        static let credits = Marks(rawValue: 1)
        static let dirty = Marks(rawValue: 2)
        static let followsPlan = Marks(rawValue: 4)
    }

    init(_ block: AllowanceBlock, _ limits: LimitSet, workspace: Int64) {
        (self.block, self.limits, self.workspace) = (block, limits, UInt32(workspace))
    }

    var hasCredits: Bool {
        @inline(__always) get { marks.contains(.credits) }
        set { set(.credits, newValue) }
    }

    /// Whether it has credits with spending that is not stored.
    var isDirty: Bool {
        @inline(__always) get { marks.contains(.dirty) }
        set { set(.dirty, newValue) }
    }

    /// Whether its limits are those of the workspace's plan.
    var followsPlan: Bool {
        @inline(__always) get { marks.contains(.followsPlan) }
        set { set(.followsPlan, newValue) }
    }

    private mutating func set(_ mark: Marks, _ holds: Bool) {
        if holds { marks.insert(mark) } else { marks.remove(mark) }
    }

    /// The counts of the limit at `place` of its set.
    @inline(__always)
    func counts(_ place: Int) -> UnsafeMutablePointer<WindowCounts> {
        block.windows(Int(truncatingIfNeeded: places &>> UInt32(truncatingIfNeeded: 4 &* place)) & 0xF)
    }

    /// Prefetches the terms of its limits.
    func prefetchLimits() { limits.prefetch() }

    /// What remains of the limit at `place` of its set.
    func state(of place: Int, bootTime: Int64, at now: Instant) -> LimitState {
        let (most, counts) = (limits[place].pointee.most, counts(place).pointee)
        let moment = limits[place].pointee.moment(bootTime)
        return LimitState(
            remaining: max(0, most - counts.spent(at: moment)),
            resetsAt: counts.wait(for: 1, of: most, at: moment).map { now + Instant.Span(milliseconds: $0) })
    }

    /// Finds the counts of its limits; counts follow the names of limits.
    ///
    /// - Parameter bootTime: milliseconds on the boot-time clock.
    mutating func place(_ set: LimitSet, _ terms: [RateLimit], bootTime: Int64) {
        (limits, placedSet, places) = (set, set.number, 0)
        for (limit, place) in block.places(for: terms, bootTime: bootTime).enumerated() {
            places |= UInt32(place) &<< UInt32(4 * limit)
        }
    }

    /// Derives what verifications read from the credits.
    mutating func adopt(_ credits: Credits?) {
        hasCredits = credits != nil
        lowBalance = credits.map { $0.full / 5 } ?? .min
        if let credits, let refill = credits.refill {
            refilledOn = Int32(clamping: credits.refilledOn)
            refillsOn = Int32(clamping: refill.next(after: credits.refilledOn))
        } else {
            (refilledOn, refillsOn) = (.min, .max)
        }
    }
}
