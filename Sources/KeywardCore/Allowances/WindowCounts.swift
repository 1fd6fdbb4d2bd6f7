/// How much was spent in the current window of a limit and in the one before, in 16 bytes.
///
/// Windows are numbered on the boot-time clock: window n has the times from n × length. What counts against the limit is
/// all of the current window, and of the one before as much as its part in the last `length` would be if it were spread
/// evenly. So no window ever has more than the limit, and any span of its length less than twice.
///
/// The two pairs are written with one store each, in the ledger: a kill leaves each with its old or its new value.
struct WindowCounts: BitwiseCopyable {
    /// The window in the upper half, its count in the lower.
    private var even: UInt64 = 0
    private var odd: UInt64 = 0

    /// The count of a window, 0 if neither pair is of it.
    @inline(__always)
    private func count(of window: Int64) -> Int64 {
        let pair = window & 1 == 0 ? even : odd
        return Int64(pair >> 32) == window & 0xFFFF_FFFF ? Int64(pair & 0xFFFF_FFFF) : 0
    }

    @inline(__always)
    private mutating func set(_ count: Int64, of window: Int64) {
        let pair = UInt64(truncatingIfNeeded: window) << 32 | UInt64(min(count, 0xFFFF_FFFF))
        if window & 1 == 0 { even = pair } else { odd = pair }
    }

    /// A moment within a window.
    struct Moment {
        let window: Int64
        /// The milliseconds that remain of the window, 1 to its length.
        let left: Int64
        let length: Int64

        /// - Parameter bootTime: milliseconds on the boot-time clock, 0 or more.
        init(_ bootTime: Int64, length: Int64) {
            self.init(window: bootTime / length, left: length - bootTime % length, length: length)
        }

        init(window: Int64, left: Int64, length: Int64) {
            (self.window, self.left, self.length) = (window, left, length)
        }
    }

    /// What counts against the limit at a moment.
    @inline(__always)
    func spent(at moment: Moment) -> Int64 {
        count(of: moment.window) + Self.share(of: count(of: moment.window - 1), moment.left, moment.length)
    }

    /// What counts against the limit at a moment, and the single store with which `cost` is spent then.
    ///
    /// - Returns: the offset of the store is 0 or 8.
    @inline(__always)
    func prepare(_ cost: Int64, at moment: Moment) -> (spent: Int64, pair: UInt64, offset: Int) {
        let isOdd = moment.window & 1 != 0
        let (current, former) = isOdd ? (odd, even) : (even, odd)
        let window = UInt64(truncatingIfNeeded: moment.window)
        let now = current >> 32 == window & 0xFFFF_FFFF ? Int64(current & 0xFFFF_FFFF) : 0
        let before = former >> 32 == (window &- 1) & 0xFFFF_FFFF ? Int64(former & 0xFFFF_FFFF) : 0
        // What is admitted is at most the limit, which has 32 bits.
        let pair = window << 32 | UInt64(truncatingIfNeeded: now &+ cost) & 0xFFFF_FFFF
        let spent = now &+ Self.share(of: before, moment.left, moment.length)
        return (spent, pair, isOdd ? 8 : 0)
    }

    /// Spends `cost` at a moment.
    @inline(__always)
    mutating func spend(_ cost: Int64, at moment: Moment) {
        set(count(of: moment.window) + cost, of: moment.window)
    }

    /// Continues with another length: everything that was spent in the two windows counts in the new one.
    mutating func change(from former: Moment, to moment: Moment) {
        let sum = count(of: former.window) + count(of: former.window - 1)
        (even, odd) = (0, 0)
        if sum > 0 { set(sum, of: moment.window) }
    }

    /// How many milliseconds from a moment `cost` can be spent, if nothing else is; `nil` if it never can.
    func wait(for cost: Int64, of limit: Int64, at moment: Moment) -> Int64? {
        guard cost <= limit else { return nil }
        let (now, before) = (count(of: moment.window), count(of: moment.window - 1))
        // In this window the share of the one before shrinks; in the next one this window's does.
        if let left = Self.longestRest(of: before, moment.length, within: limit - cost - now) {
            return max(0, moment.left - left)
        }
        let left = Self.longestRest(of: now, moment.length, within: limit - cost) ?? 0
        return moment.left + moment.length - left
    }

    /// The part of a window's count that the last `left` of `length` milliseconds of it have, rounded up.
    @inline(__always)
    private static func share(of count: Int64, _ left: Int64, _ length: Int64) -> Int64 {
        // A count is at most twice the greatest limit, and 31 days are fewer than 2^32 ms: 63 bits.
        count == 0 ? 0 : (count &* left &+ length &- 1) / length
    }

    /// The most milliseconds of a window of which the share of `count` is `most` or less; `nil` if `most` is negative.
    private static func longestRest(of count: Int64, _ length: Int64, within most: Int64) -> Int64? {
        guard most >= 0 else { return nil }
        return count <= most ? length : most * length / count
    }
}
