internal import KeywardBase

/// The secret for digests of keys: 32 bytes that no description shows.
struct PepperSecret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The length in bytes.
    static let length = 32

    /// Only for the code that computes digests.
    let secretBytes: [UInt8]

    /// `nil` unless there are 32 bytes, not all of them zero.
    init?(secretBytes: [UInt8]) {
        guard secretBytes.count == Self.length, secretBytes.contains(where: { $0 != 0 }) else { return nil }
        self.secretBytes = secretBytes
    }

    var description: String { "PepperSecret(redacted)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// The pepper of new keys, and those that still verify older keys.
struct PepperSecrets: Sendable, Equatable {
    var current: PepperSecret
    var retired: [PepperSecret]
    /// The keys for the audit chain that removed ones have left, each of 32 bytes.
    var auditKeys: [[UInt8]] = []
}

extension PepperSecrets {
    /// Why bytes are not peppers.
    enum Flaw: Error, Equatable {
        case shape, tooShort, allZero, twice
    }

    private static let auditWord = Array("audit ".utf8)

    /// Parses either exactly 32 bytes, or lines of 64 hexadecimal digits: the current pepper, then retired ones. A line
    /// that begins with `audit` has what a removed one has left.
    init(fileContent bytes: [UInt8]) throws(Flaw) {
        if bytes.count == PepperSecret.length {
            // 32 hexadecimal digits look like a raw pepper, but have half the strength.
            guard !bytes.allSatisfy({ HexDigits.value(of: $0) != nil }) else { throw .tooShort }
            guard let pepper = PepperSecret(secretBytes: bytes) else { throw .allZero }
            self.init(current: pepper, retired: [])
            return
        }
        var all: [PepperSecret] = []
        var auditKeys: [[UInt8]] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            var digits = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let isAuditKey = digits.starts(with: Self.auditWord)
            if isAuditKey { digits = digits.dropFirst(Self.auditWord.count) }
            guard digits.count == 2 * PepperSecret.length, let raw = HexDigits.bytes(digits) else { throw .shape }
            guard let pepper = PepperSecret(secretBytes: raw) else { throw .allZero }
            guard !isAuditKey else {
                auditKeys.append(raw)
                continue
            }
            guard !all.contains(pepper) else { throw .twice }
            all.append(pepper)
        }
        guard let current = all.first else { throw .shape }
        self.init(current: current, retired: Array(all.dropFirst()), auditKeys: auditKeys)
    }
}
