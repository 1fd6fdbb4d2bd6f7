/// What a verdict says beside its code, for few verifications.
package struct VerdictDetails: Sendable {
    /// With `insufficientScope`: the scopes that the key lacks, in UTF-8.
    package var missing: [[UInt8]] = []

    package init() {}

    /// Forgets the last verdict, but keeps the memory.
    mutating func removeAll() {
        missing.removeAll(keepingCapacity: true)
    }
}
