package import KeywardCore

/// Realistic keys, made from a seed: an owner, two scopes, a little metadata, an expiry.
package struct BenchmarkKeys {
    package let pepper: Pepper
    package let createdAt: Instant
    private var generator: Numbers
    private var count: Int64 = 0

    /// - Parameter pepper: 32 bytes.
    package init(pepper: [UInt8], createdAt: Instant, seed: UInt64 = 20_260_101) {
        self.pepper = Pepper(bytes: pepper)
        self.createdAt = createdAt
        generator = Numbers(state: seed)
    }

    /// The next key, in workspace 1, with its secret.
    package mutating func next() -> (record: KeyRecord, secret: String) {
        count += 1
        let minted = MintedKey(tag: "kw", using: &generator)
        let digits = String(count)
        let record = KeyRecord(
            number: count, id: ULID.keyID(at: createdAt, using: &generator), workspace: 1,
            name: "service-" + String(repeating: "0", count: max(0, 7 - digits.utf8.count)) + digits,
            prefix: minted.prefix, digest: minted.digest(under: pepper), pepper: pepper.id, createdAt: createdAt,
            createdBy: Actor(uid: 0, user: "root"), expiresAt: Self.expiry, lifetime: Self.expiry - createdAt,
            attributes: KeyAttributes(
                owner: OwnerRecord(name: "Platform team"), scopes: ["orders:read", "orders:write"],
                metadata: #"{"tier":"gold"}"#))
        return (record, minted.show().text)
    }

    /// A well-formed key that was never created.
    package mutating func unknown() -> String {
        MintedKey(tag: "kw", using: &generator).show().text
    }

    /// The answer for a key that was not found.
    package static let noKey =
        #""keyId":null,"workspace":null,"name":null,"owner":null,"scopes":null,"metadata":null,"expiresAt":null"#

    /// A key with one character changed, so that its checksum is wrong.
    package static func mistyped(_ key: String) -> String {
        var bytes = Array(key.utf8)
        bytes[20] = bytes[20] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
        return String(decoding: bytes, as: UTF8.self)
    }

    /// 2099-12-31T00:00:00Z.
    private static let expiry = Instant(milliseconds: 4_102_358_400_000)
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers in every run.
package struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    package init(state: UInt64) {
        self.state = state
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
