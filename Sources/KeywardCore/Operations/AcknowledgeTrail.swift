extension Operations {
    /// Notes in the audit trail that an operator knows what is wrong with its kept end. Operators only.
    ///
    /// With it changes are made again, and the end is kept anew. The outcome is the number of its entry; `nil` if there
    /// was nothing to acknowledge.
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
            // What the start could not store either.
            if bars.trail != nil { decision.completeStart() }
            return head.seq + 1
        }

        package func outcome(_ decided: Int64?, in state: borrowing RegistryState, at now: Instant) -> Int64? {
            decided
        }
    }
}
