internal import KeywardBase
internal import KeywardCore

/// A head as a line of fixed length with a checksum, so that an incomplete write is detected.
extension AuditHead {
    /// A sector: disks write it atomically.
    static let lineLength = 512
    private static let bodyLength = 20 + 1 + 64 + 1

    /// `SEQ HASH CHECK`, spaces, a line feed.
    var line: [UInt8] {
        let digits = Array(String(seq).utf8)
        var line = [UInt8](repeating: UInt8(ascii: "0"), count: 20 - digits.count) + digits
        line += [UInt8(ascii: " ")] + HexDigits.text(hash.bytes) + [UInt8(ascii: " ")]
        line += HexDigits.text(Self.check(line[...]))
        line += [UInt8](repeating: UInt8(ascii: " "), count: Self.lineLength - line.count - 1)
        return line + [UInt8(ascii: "\n")]
    }

    /// `nil` for an incomplete line.
    init?(line: ArraySlice<UInt8>) {
        let body = line.prefix(Self.bodyLength)
        let check = line.dropFirst(Self.bodyLength).prefix(16)
        guard line.count == Self.lineLength, HexDigits.bytes(check) == Self.check(body),
            let seq = Int64(String(decoding: body.prefix(20), as: UTF8.self)), seq >= 0,
            let bytes = HexDigits.bytes(body.dropFirst(21).prefix(64)), let hash = Digest(bytes: bytes)
        else { return nil }
        self.init(seq: seq, hash: hash)
    }

    /// FNV-1a, 64 bits: against accidents, not against attackers.
    private static func check(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
    }
}
