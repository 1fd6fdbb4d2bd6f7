/// A key's usage, as absolute totals: writing one twice changes nothing.
package struct UsageTotals: Hashable, Sendable {
    /// The key's number.
    package var key: Int64
    package var valid: Int64
    package var refused: Int64
    package var lastUsedAt: Instant?
    package var lastUsedBy: UInt32?

    package init(key: Int64, valid: Int64, refused: Int64, lastUsedAt: Instant?, lastUsedBy: UInt32?) {
        self.key = key
        self.valid = valid
        self.refused = refused
        self.lastUsedAt = lastUsedAt
        self.lastUsedBy = lastUsedBy
    }
}

/// A key's usage within one hour, as absolute totals of that hour.
package struct HourUsage: Hashable, Sendable {
    package var key: Int64
    /// Whole hours since the epoch.
    package var hour: Int64
    package var valid: Int64
    package var refused: Int64

    package init(key: Int64, hour: Int64, valid: Int64, refused: Int64) {
        self.key = key
        self.hour = hour
        self.valid = valid
        self.refused = refused
    }
}

/// The share of one uid in a key's valid verifications, as an absolute total.
package struct PeerShare: Hashable, Sendable {
    package var key: Int64
    package var uid: UInt32
    package var valid: Int64
    package var lastUsedAt: Instant

    package init(key: Int64, uid: UInt32, valid: Int64, lastUsedAt: Instant) {
        self.key = key
        self.uid = uid
        self.valid = valid
        self.lastUsedAt = lastUsedAt
    }
}

extension HourUsage {
    /// The hours of a range with any use: the stored counts, replaced by those in memory.
    static func hours(_ range: Range<Int64>, stored: [HourUsage], _ unstored: [HourUsage]) -> [HourUsage] {
        var hours = Dictionary(stored.map { ($0.hour, $0) }, uniquingKeysWith: { _, last in last })
        for hour in unstored where range.contains(hour.hour) && hour.valid + hour.refused > 0 {
            hours[hour.hour] = hour
        }
        return hours.values.sorted { $0.hour < $1.hour }
    }
}
