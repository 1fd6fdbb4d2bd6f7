/// The effect on keys when the wall clock is accepted.
public struct ClockChange: Codable, Hashable, Sendable {
    /// The instant that Keyward used before.
    public var from: Timestamp
    /// The instant that Keyward uses now: the wall clock's.
    public var to: Timestamp
    /// The number of seconds that the host was off, by the wall clock; they now count in full.
    public var offSeconds: Int
    /// Keys that verify again.
    public var verifyAgain: Keys
    /// Keys that have expired by the wall clock.
    public var stopVerifying: Keys
    /// Keys that were verified while the clock was ahead. The last use counts as of `to`.
    public var verifiedMeanwhile: Keys
    /// Keys that were created, rotated, disabled, revoked or given another expiry while the clock was ahead. These
    /// times are now `to`, and granted lifetimes count from it.
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

    /// A list of keys.
    public struct Keys: Codable, Hashable, Sendable {
        /// The number of keys.
        public var n: Int
        /// The first 100 keys.
        public var keys: [Mention]

        public init(n: Int, keys: [Mention]) {
            self.n = n
            self.keys = keys
        }
    }

    /// What identifies a key to people.
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
