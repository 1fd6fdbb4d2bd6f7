package import Crypto

/// The secret that digests are made with: 32 bytes, kept outside the database.
///
/// HMAC-SHA-256 (RFC 2104) from two hash states that have already absorbed the padded key: a quarter of the cost
/// of setting a fresh HMAC up for each digest.
package struct Pepper: Sendable {
    /// The length of a pepper in bytes.
    package static let length = 32

    package let id: PepperID
    /// HMAC of a constant: what the database keeps, to recognize the pepper by.
    package let check: Digest
    private let inner: SHA256
    private let outer: SHA256

    /// Prepares a pepper of 32 bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Pepper.length)
        inner = Pepper.absorbing(bytes, pad: 0x36)
        outer = Pepper.absorbing(bytes, pad: 0x5C)
        check = Pepper.digest(of: Array("keyward pepper check".utf8), inner, outer)
        id = PepperID(rawValue: UInt32(truncatingIfNeeded: check.words[0]))
    }

    /// What the database keeps of it.
    package var record: PepperRecord { PepperRecord(id: id, check: check) }

    /// The digest of a whole key.
    package func digest(of key: UnsafeRawBufferPointer) -> Digest {
        Pepper.digest(of: key, inner, outer)
    }

    /// A key for another purpose, which tells nothing of the pepper.
    package func derivedKey(for purpose: String) -> SymmetricKey {
        SymmetricKey(data: Pepper.digest(of: Array(purpose.utf8), inner, outer).bytes)
    }

    private static func absorbing(_ key: [UInt8], pad: UInt8) -> SHA256 {
        var state = SHA256()
        state.update(data: key.map { $0 ^ pad } + [UInt8](repeating: pad, count: 64 - key.count))
        return state
    }

    private static func digest(of message: [UInt8], _ inner: SHA256, _ outer: SHA256) -> Digest {
        message.withUnsafeBytes { digest(of: $0, inner, outer) }
    }

    private static func digest(of message: UnsafeRawBufferPointer, _ inner: SHA256, _ outer: SHA256) -> Digest {
        var first = inner
        first.update(bufferPointer: message)
        let middle = first.finalize()
        var second = outer
        middle.withUnsafeBytes { second.update(bufferPointer: $0) }
        return second.finalize().withUnsafeBytes { Digest(words: $0.loadUnaligned(as: SIMD4<UInt64>.self)) }
    }
}

extension Pepper: CustomStringConvertible, CustomReflectable {
    package var description: String { "a pepper" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The pepper that new keys are made with, and retired ones that older keys still need.
package struct PepperSet: Sendable {
    package let current: Pepper
    package let retired: [Pepper]

    package init(current: Pepper, retired: [Pepper] = []) {
        self.current = current
        self.retired = retired
    }

    /// All of them, the current one first.
    package var all: [Pepper] { [current] + retired }

    /// The pepper with this id, if it is there.
    package subscript(id: PepperID) -> Pepper? { all.first { $0.id == id } }
}
