internal import KeywardCore
internal import KeywardStore

/// The problems of a database and its files, for people: for `keywardd check`, and for a backup before it is restored.
struct TrailCheck {
    /// The number of entries in the chain, and its end.
    var head = AuditHead.start
    /// Sentences; none if there is no problem.
    var problems: [String] = []

    /// Checks everything in a database of this build's schema.
    ///
    /// - Parameter kept: the separately stored end of the chain; `nil` if it is not to be compared.
    init(_ database: ClosedDatabase, peppers: PepperSet, kept: KeptHead?) throws(StoreFault) {
        problems = try database.problems()
        let state = try database.loadState()
        if !state.peppers.allSatisfy({ peppers.has($0) || peppers.hasRemoved($0) }) {
            problems.append("The pepper is not the one that its keys were made with; none of them would verify.")
        }
        var verifier = AuditVerifier(keys: peppers.auditKeys(state.peppers))
        var hasKept = kept.map { $0 == .kept(.start) } ?? true
        try database.visitAudit { record in
            let goesOn = verifier.visit(record)
            if kept == .kept(verifier.head) { hasKept = true }
            return goesOn
        }
        head = verifier.head
        if let problem = verifier.problem { problems.append("Audit trail: \(problem.sentence)") }
        switch kept {
        case .some(.none) where head.seq > 0: problems.append("audit-head is missing, though there are entries.")
        case .damaged: problems.append("audit-head is damaged.")
        case .kept(let end) where !hasKept && verifier.problem == nil:
            problems.append("audit-head has entry \(end.seq), which the audit trail does not have.")
        default: break
        }
    }
}
