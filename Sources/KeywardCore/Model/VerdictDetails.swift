/// What a verdict says beside its code, for few verifications. It has no memory of its own in steady state.
package struct VerdictDetails {
    /// With `insufficientScope`: the scopes that the key lacks, in UTF-8.
    package internal(set) var missing: [[UInt8]] = []
    /// The limits of the key that were looked at; the first ``limitCount`` of them.
    package internal(set) var limits = InlineArray<8, LimitReply>(repeating: LimitReply())
    package internal(set) var limitCount = 0
    /// Names of limits that the verification named and the key does not have, in UTF-8.
    package internal(set) var unknownLimits: [[UInt8]] = []
    /// The key's credits.
    package internal(set) var credits: CreditState?
    /// With `rateLimited` and `creditsExhausted`: when the same cost can be spent.
    package internal(set) var retryAfter: RetryAfter?
    /// The text of the last `resetsAt`, and of the last `refillsAt`. Most replies of a moment have the same.
    package var (resetText, refillText) = (InstantText(), InstantText())

    package init() {}

    /// Forgets the last verdict, but keeps the memory.
    @inline(__always)
    mutating func removeAll() {
        if !missing.isEmpty { missing.removeAll(keepingCapacity: true) }
        if !unknownLimits.isEmpty { unknownLimits.removeAll(keepingCapacity: true) }
        limitCount = 0
        (credits, retryAfter) = (nil, nil)
    }
}

/// What a reply says about a limit of the key. Valid until the registry's lock is released.
package struct LimitReply {
    /// This many bytes from the start of a text can be read, however short it is.
    package static let readableBytes = 64

    /// The start of its text in the reply, up to what remains.
    package internal(set) var text = UnsafeRawBufferPointer(start: nil, count: 0)
    package internal(set) var remaining: Int64 = 0
    /// When the same cost can be spent, if no other verification spends; `nil` is never.
    package internal(set) var resetsAt: Instant?
    /// Between the check and the spending: the limit, its counts, the cost, and what spending it writes where.
    var limit: UnsafeMutableRawPointer?
    var counts: UnsafeMutableRawPointer?
    var cost: Int64 = 0
    var pair: UInt64 = 0
    var pairOffset = 0
}

/// The last instant that was written, and its text in a reply.
package struct InstantText {
    private var instant = Instant.distantPast
    private var bytes = InlineArray<64, UInt8>(repeating: 0)
    private var count = 0

    /// The most bytes that are written, also beyond the text.
    package static let longest = 64

    /// Writes the text of an instant; the number of its bytes. More may be written, at most ``longest``.
    ///
    /// - Parameter render: writes the text of another instant than the last, at most 64 bytes.
    @inline(__always)
    package mutating func write(
        _ new: Instant, to target: UnsafeMutableRawPointer, _ render: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int {
        if new != instant || count == 0 { change(to: new, render) }
        // Of a fixed length, which takes fewer instructions.
        bytes.span.withUnsafeBytes { bytes in
            target.copyMemory(from: bytes.baseAddress!, byteCount: 32)
            if count > 32 { (target + 32).copyMemory(from: bytes.baseAddress! + 32, byteCount: 32) }
        }
        return count
    }

    @inline(never)
    private mutating func change(to new: Instant, _ render: (UnsafeMutableRawBufferPointer) -> Int) {
        var span = bytes.mutableSpan
        count = span.withUnsafeMutableBytes { render($0) }
        instant = new
    }
}

/// What remains of a limit.
package struct LimitState: Hashable, Sendable {
    package var remaining: Int64
    /// When a cost of 1 can be spent, if no other verification spends; `nil` is never.
    package var resetsAt: Instant?
}

/// What remains of credits.
package struct CreditState: Hashable, Sendable {
    package var remaining: Int64
    /// `nil` if they are not refilled.
    package var refillsAt: Instant?
}

package enum RetryAfter: Hashable, Sendable {
    case seconds(Int64)
    /// The cost is greater than the limit, or than any balance.
    case never
}
