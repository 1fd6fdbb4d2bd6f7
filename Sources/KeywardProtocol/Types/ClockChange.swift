/// What it means for the keys that the wall clock is believed.
public struct ClockChange: Codable, Hashable, Sendable {
    /// The instant that decided before.
    public var from: Timestamp
    /// The instant that decides now: what the wall clock shows.
    public var to: Timestamp
    /// For how many seconds the host was off, as far as the wall clock tells: they count in full now.
    public var offSeconds: Int
    /// Keys that verify again.
    public var verifyAgain: Keys
    /// Keys that have expired by the wall clock.
    public var stopVerifying: Keys
    /// Keys that were verified while the clock was ahead. The last use counts as of `to`.
    public var verifiedMeanwhile: Keys
    /// Keys that were created, rotated, disabled, revoked or given another expiry while the clock was ahead. These
    /// times are `to` now, and a life that was granted is counted from there.
    public var changedMeanwhile: Keys

    public init(
        from: Timestamp, to: Timestamp, offSeconds: Int, verifyAgain: Keys, stopVerifying: Keys,
        verifiedMeanwhile: Keys, changedMeanwhile: Keys
    ) {
        self.from = from
        self.to = to
        self.offSeconds = offSeconds
        self.verifyAgain = verifyAgain
        self.stopVerifying = stopVerifying
        self.verifiedMeanwhile = verifiedMeanwhile
        self.changedMeanwhile = changedMeanwhile
    }

    /// Keys of which something holds.
    public struct Keys: Codable, Hashable, Sendable {
        /// How many.
        public var n: Int
        /// The first 100.
        public var keys: [Mention]

        public init(n: Int, keys: [Mention]) {
            self.n = n
            self.keys = keys
        }
    }

    /// What a key is known by.
    public struct Mention: Codable, Hashable, Sendable {
        /// The key's id.
        public var keyId: String
        /// The key's prefix.
        public var prefix: String
        /// The key's name.
        public var name: String
        /// The key's workspace.
        public var workspace: String

        public init(keyId: String, prefix: String, name: String, workspace: String) {
            self.keyId = keyId
            self.prefix = prefix
            self.name = name
            self.workspace = workspace
        }
    }
}
