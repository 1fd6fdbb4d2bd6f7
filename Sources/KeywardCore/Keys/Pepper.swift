/// The secret for digests: 32 bytes, stored outside the database.
package struct Pepper: Sendable {
    /// The length of a pepper in bytes.
    package static let length = 32

    package let id: PepperID
    /// HMAC of a constant: the database stores it to recognize the pepper.
    package let check: Digest
    private let keyed: KeyedDigest

    /// Prepares a pepper of 32 bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Pepper.length)
        keyed = KeyedDigest(key: bytes)
        check = keyed.digest(of: Array("keyward pepper check".utf8))
        id = PepperID(rawValue: UInt32(truncatingIfNeeded: check.words[0]))
    }

    /// The part that the database stores.
    package var record: PepperRecord { PepperRecord(id: id, check: check, auditCheck: auditKey.check) }

    /// The key for the audit chain.
    package var auditKey: AuditKey { AuditKey(bytes: derived("keyward audit chain 1"))! }

    /// The digest of a whole key.
    package func digest(of key: UnsafeRawBufferPointer) -> Digest {
        keyed.digest(of: key)
    }

    /// The digest of pieces, one after another.
    func digest(ofPieces count: Int, _ piece: (Int) -> UnsafeRawBufferPointer) -> Digest {
        keyed.digest(ofPieces: count, piece)
    }

    /// Digests for another purpose, under a key that reveals nothing about the pepper.
    package func derived(for purpose: String) -> KeyedDigest {
        KeyedDigest(key: derived(purpose))
    }

    private func derived(_ purpose: String) -> [UInt8] { keyed.digest(of: Array(purpose.utf8)).bytes }
}

extension Pepper: CustomStringConvertible, CustomReflectable {
    package var description: String { "a pepper" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The pepper of new keys, and retired ones that older keys still need.
package struct PepperSet: Sendable {
    package let current: Pepper
    package let retired: [Pepper]
    /// What remains of removed ones.
    package let removed: [AuditKey]

    package init(current: Pepper, retired: [Pepper] = [], removed: [AuditKey] = []) {
        self.current = current
        self.retired = retired
        self.removed = removed
    }

    /// All of them, the current one first.
    package var all: [Pepper] { [current] + retired }

    /// The pepper with this id, if there is one.
    package subscript(id: PepperID) -> Pepper? { all.first { $0.id == id } }
}
