/// A key's usage as absolute totals, in one cache line of 64 bytes.
///
/// In a file (``UsageLedger``) its counts outlive the process. A slot of all zeros belongs to no key.
package struct UsageSlot: BitwiseCopyable {
    /// The number of its key; 0 is none.
    package var key: Int64 = 0
    /// Distinguishes successive uses of the slot.
    package var generation: UInt32 = 0
    package var lastUsedBy: UInt32 = 0
    package var valid: Int64 = 0
    package var refused: Int64 = 0
    /// Milliseconds since 1970; 0 is never.
    private var lastUse: Int64 = 0
    /// The share of the peer that used the key last; the others' are in a list in memory.
    package var peerValid: Int64 = 0
    /// The hour that `hourValid` and `hourRefused` count, since the epoch.
    private var hourNumber: Int32 = 0
    private var validInHour: UInt32 = 0
    private var refusedInHour: UInt32 = 0
    /// The number of the slot in the ledger; set when a process opens it.
    var number: UInt32 = 0

    package init() {}

    package var lastUsedAt: Instant {
        get { lastUse == 0 ? .distantPast : Instant(milliseconds: lastUse) }
        set { lastUse = newValue == .distantPast ? 0 : newValue.milliseconds }
    }

    package var hour: Int64 { Int64(hourNumber) }
    package var hourValid: Int64 { Int64(validInHour) }
    package var hourRefused: Int64 { Int64(refusedInHour) }

    /// Starts an hour with its earlier counts.
    package mutating func enter(hour: Int64, valid: Int64, refused: Int64) {
        hourNumber = Int32(clamping: hour)
        validInHour = UInt32(clamping: valid)
        refusedInHour = UInt32(clamping: refused)
    }

    mutating func countValid() {
        valid += 1
        peerValid += 1
        // The counter is enough for 1.2 million uses a second; at its limit it stops rather than wrap.
        if validInHour < .max { validInHour += 1 }
    }

    mutating func countRefused() {
        refused += 1
        if refusedInHour < .max { refusedInHour += 1 }
    }
}

/// Memory for usage slots, in segments at fixed addresses.
///
/// Implemented with a file that outlives the process (KeywardStore) and with plain memory (``UsageMemory``).
package protocol UsageLedger: Sendable {
    /// The memory of segment `index`: ``UsageSlots/segmentSize`` slots, each with the content from an earlier process,
    /// or zeroed. It is valid as long as the ledger exists. Segments are opened in order, 0, 1, 2, …, each by the first
    /// call, which may wait for the system.
    func segment(_ index: Int) -> UnsafeMutablePointer<UsageSlot>

    /// How many segments have content from an earlier process.
    var storedSegments: Int { get }
}
