extension Decision {
    /// Gives keys the digests of their secrets under the current pepper, unless they have them.
    ///
    /// The trail has no entry about it: nothing changes that anybody sees.
    mutating func renew(_ renewals: [(key: Int64, digest: Digest)]) {
        for (number, digest) in renewals {
            guard var record = record(number: number), record.pepper != peppers.current.id else { continue }
            (record.digest, record.pepper) = (digest, peppers.current.id)
            transaction.changes.keys.append(record)
            transaction.changes.renewed.insert(number)
        }
    }
}
