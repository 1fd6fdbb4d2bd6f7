extension Operations {
    /// Records in the audit trail that an operator knows about the problem with its stored end. Operators only.
    ///
    /// After it changes are possible again, and the end is stored again. The outcome is the number of its entry; `nil`
    /// if there was nothing to acknowledge.
    package struct AcknowledgeTrail: Operation {
        package init() {}

        package var passesTrailBar: Bool { true }

        package func decide(_ decision: inout Decision) throws(Refusal) -> Int64? {
            try decision.requireOperator()
            let bars = decision.bars
            guard bars.awaitsWord else { return nil }
            let head = decision.transaction.writer.chain.head
            let found =
                switch bars.trail {
                case .headMissing: "headMissing"
                case .headDamaged: "headDamaged"
                case .moved, nil: "tailMissing"
                }
            let details = AuditDetails().adding("reason", .text(found)).adding("entries", .number(head.seq))
            decision.transaction.notes.append(AuditNote(.auditAcknowledged, details: details))
            // Also writes what the start could not store.
            if bars.trail != nil { decision.completeStart() }
            return head.seq + 1
        }

        package func outcome(_ decided: Int64?, in state: borrowing RegistryState, at now: Instant) -> Int64? {
            decided
        }
    }
}
