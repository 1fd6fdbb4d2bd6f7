extension Operations {
    /// Imports keys that another issuer made: a part of a call, in one transaction.
    package struct ImportKeys: Operation {
        package var rows: [ImportRow]
        package var workspace: String?
        /// What earlier parts would have created. Without a dry run they have, and the registry has it.
        package var trial: ImportTrial?
        package var generator: any RandomNumberGenerator & Sendable

        /// - Parameter trial: `nil` unless nothing is to be changed.
        package init(
            _ rows: [ImportRow], workspace: String?, trial: ImportTrial? = nil,
            using generator: any RandomNumberGenerator & Sendable
        ) {
            self.rows = rows
            self.workspace = workspace
            self.trial = trial
            self.generator = generator
        }

        package var questions: Set<FactQuestion> {
            Set(
                [.people]
                    + rows.compactMap { $0.attributes.owner?.principal.flatMap { FactQuestion(principal: $0) } })
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> ImportedPart {
            let (workspace, role) = try decision.workspace(named: workspace, needs: .admin)
            let plan = try decision.planWithAccess(of: workspace)
            let before = decision.transaction
            var part = ImportDecision(
                workspace: workspace, plan: plan, capacity: decision.keyCapacity(in: workspace, plan, for: rows.count),
                trial: trial ?? ImportTrial(), isTrial: trial != nil,
                people: PeopleNames(decision.facts.humanNames()), generator: generator)
            let outcomes = rows.map { part.outcome(of: $0, &decision) }
            if trial != nil { decision.transaction = before }
            return ImportedPart(
                outcomes: outcomes, workspace: workspace.name, role: role, trial: trial == nil ? nil : part.trial)
        }

        package func outcome(
            _ decided: ImportedPart, in state: borrowing RegistryState, at now: Instant
        ) -> ImportedPart {
            decided
        }
    }
}

/// A key to import.
package struct ImportRow: Sendable {
    package var name: String
    package var digest: ForeignDigest
    package var foreignPrefix: String?
    package var expiresAt: Instant?
    package var attributes: KeyAttributes<String>
    package var allowance: AllowanceChanges

    package init(
        name: String, digest: ForeignDigest, foreignPrefix: String? = nil, expiresAt: Instant? = nil,
        attributes: KeyAttributes<String> = KeyAttributes(), allowance: AllowanceChanges = AllowanceChanges()
    ) {
        self.name = name
        self.digest = digest
        self.foreignPrefix = foreignPrefix
        self.expiresAt = expiresAt
        self.attributes = attributes
        self.allowance = allowance
    }
}

/// The result of a part of an import.
package struct ImportedPart: Sendable {
    /// One for each row.
    package var outcomes: [ImportOutcome]
    /// The name of the workspace.
    package var workspace: String
    package var role: Role
    /// With a dry run, what this part and those before it would have created.
    package var trial: ImportTrial?
}

/// What an import does with a row.
package enum ImportOutcome: Sendable {
    /// The number of the new key; `nil` in a dry run.
    case created(Int64?, [Advice])
    /// The workspace has a key with this digest; its number, or `nil` if a dry run would have created it.
    case exists(Int64?)
    /// Another workspace has a key with this digest.
    case conflict
    case refused(Refusal)
}

/// What a dry run would have created.
package struct ImportTrial: Sendable {
    var names: Set<String> = []
    var digests: [Digest: Int64] = [:]
    var count = 0

    package init() {}
}

/// Decides the rows of a part, one after another.
private struct ImportDecision {
    let workspace: WorkspaceRecord
    let plan: Plan
    /// How many more keys the plan allows; `nil` is any number.
    let capacity: Int?
    /// The names and digests of earlier rows.
    var trial: ImportTrial
    let isTrial: Bool
    let people: PeopleNames
    var generator: any RandomNumberGenerator & Sendable

    mutating func outcome(of row: ImportRow, _ decision: inout Decision) -> ImportOutcome {
        let digest = decision.peppers.current.digest(of: row.digest)
        if let known = holder(of: row.digest, digest, decision) { return known }
        do throws(Refusal) {
            return try create(row, digest, &decision)
        } catch {
            decision.transaction.advice = []
            return .refused(error)
        }
    }

    /// The outcome of a row whose digest a key has.
    private func holder(of foreign: ForeignDigest, _ digest: Digest, _ decision: Decision) -> ImportOutcome? {
        if let number = trial.digests[digest] { return .exists(isTrial ? nil : number) }
        let digests = [digest] + decision.peppers.retired.map { $0.digest(of: foreign) }
        return decision.registry.read { state in
            for digest in digests {
                guard let index = state.table.find(digest) else { continue }
                let key = state.table[index]
                return key.workspace == workspace.number ? .exists(key.number) : .conflict
            }
            return nil
        }
    }

    private mutating func create(
        _ row: ImportRow, _ digest: Digest, _ decision: inout Decision
    ) throws(Refusal) -> ImportOutcome {
        if let capacity, let most = plan.maxKeys, trial.count >= capacity { throw .limitExceeded(.keys(most)) }
        guard !trial.names.contains(row.name) else { throw .conflict(.keyNameRepeated) }
        try decision.requireFree(row.name, in: workspace)
        try decision.checkName(row.name, among: people)
        try decision.checkOwner(row.attributes.owner?.principal)
        try decision.checkExpiry(row.expiresAt, purpose: row.attributes.purpose, plan)
        try decision.requireLimits(row.allowance, plan)
        var allowanceDetails = AuditDetails()
        let allowance = try decision.allowance(of: nil, after: row.allowance, in: workspace, &allowanceDetails)

        let minted = decision.mint(tag: workspace.tag, using: &generator)
        var record = decision.newRecord(name: row.name, in: workspace, minted, using: &generator)
        record.digest = digest
        record.imported = ImportFields(format: row.digest.format, foreignPrefix: row.foreignPrefix)
        record.expiresAt = row.expiresAt
        record.lifetime = row.expiresAt.map { $0 - decision.now }
        record.attributes = row.attributes
        record.allowance = allowance
        let details = AuditDetails.details(of: record).adding("format", .text("\(row.digest.format.word)"))
            .adding("foreignPrefix", row.foreignPrefix.map { .text($0) }).adding(allowanceDetails)
        decision.transaction.add(record, .keyImported, in: workspace, details)
        trial.names.insert(row.name)
        trial.digests[digest] = record.number
        trial.count += 1
        defer { decision.transaction.advice = [] }
        return .created(isTrial ? nil : record.number, decision.transaction.advice)
    }
}
