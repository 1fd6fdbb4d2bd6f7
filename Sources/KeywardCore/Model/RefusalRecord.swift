/// Refusals of a key for one reason, to one account, within one hour.
package struct RefusalHour: Hashable, Sendable {
    /// The key's number.
    package var key: Int64
    /// Whole hours since the epoch.
    package var hour: Int64
    /// The account that presented the key.
    package var uid: UInt32
    /// The answer.
    package var code: Verdict.Code
    package var count: Int64
    /// The last of them.
    package var lastAt: Instant

    package init(key: Int64, hour: Int64, uid: UInt32, code: Verdict.Code, count: Int64, lastAt: Instant) {
        self.key = key
        self.hour = hour
        self.uid = uid
        self.code = code
        self.count = count
        self.lastAt = lastAt
    }
}

/// The last refusal of a key.
package struct LastRefusal: Hashable, Sendable {
    package var at: Instant
    package var uid: UInt32
    package var code: Verdict.Code

    package init(at: Instant, uid: UInt32, code: Verdict.Code) {
        self.at = at
        self.uid = uid
        self.code = code
    }
}
