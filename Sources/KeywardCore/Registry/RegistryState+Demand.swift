// What a verification asks of a key beside its status.
extension RegistryState {
    /// The code with which a key that is valid otherwise is refused, with its details; `nil` if it meets the demand.
    mutating func refusal(of demand: VerificationDemand, at index: KeyTable.Index) -> Verdict.Code? {
        guard demand.asksForScopes else { return nil }
        details.removeAll()
        details.missing = demand.missing(from: table[index].text?.scopeList ?? [])
        return details.missing.isEmpty ? nil : .insufficientScope
    }

    /// Apart, so that the many verifications that ask for nothing do not pay for it.
    @inline(never)
    mutating func noteAddress(of demand: VerificationDemand, at index: KeyTable.Index, _ now: Instant) {
        guard let address = demand.address else { return }
        lastAddresses.note(address, ofKey: table[index].number, at: now)
    }
}
