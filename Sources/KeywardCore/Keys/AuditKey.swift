/// The key of the audit chain's links that were sealed under a pepper. It says nothing about the pepper.
///
/// It is what remains of a removed pepper: old entries can still be checked, and no key verifies.
package struct AuditKey: Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]
    let keyed: KeyedDigest
    /// HMAC of a constant: the database stores it beside the pepper, to recognize the key.
    let check: Digest

    /// `nil` unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Pepper.length else { return nil }
        self.bytes = bytes
        keyed = KeyedDigest(key: bytes)
        check = keyed.digest(of: Array("keyward audit key check".utf8))
    }
}

extension AuditKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "an audit key" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension PepperSet {
    /// Whether the digests under a recorded pepper can be computed.
    package func has(_ record: PepperRecord) -> Bool { self[record.id]?.check == record.check }

    /// Whether only its audit key is left.
    package func hasRemoved(_ record: PepperRecord) -> Bool {
        !has(record) && removed.contains { $0.check == record.auditCheck }
    }

    /// The audit keys of all peppers, those of removed ones as recorded in the database.
    package func auditKeys(_ records: [PepperRecord]) -> [PepperID: KeyedDigest] {
        var keys: [PepperID: KeyedDigest] = [:]
        for record in records {
            if let key = removed.first(where: { $0.check == record.auditCheck }) { keys[record.id] = key.keyed }
        }
        for pepper in all { keys[pepper.id] = pepper.auditKey.keyed }
        return keys
    }
}
