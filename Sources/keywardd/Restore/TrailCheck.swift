internal import KeywardCore
internal import KeywardStore

/// What is wrong with a database and its companions, for people: `keywardd check`, and a backup before it is restored.
struct TrailCheck {
    /// How many entries the chain has, and its end.
    var head = AuditHead.start
    /// As sentences; none if all is well.
    var problems: [String] = []

    /// Looks at everything in a database that belongs to this build.
    ///
    /// - Parameter kept: the end of the chain that was kept outside; `nil` if it is not to be compared.
    init(_ database: ClosedDatabase, peppers: PepperSet, kept: KeptHead?) throws(StoreFault) {
        problems = try database.problems()
        let state = try database.loadState()
        if !state.peppers.allSatisfy({ peppers[$0.id]?.check == $0.check }) {
            problems.append("The pepper is not the one that its keys were made with; none of them would verify.")
        }
        var verifier = AuditVerifier(peppers: peppers)
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
            problems.append("audit-head tells of entry \(end.seq), which the audit trail does not have.")
        default: break
        }
    }
}
