extension Operations {
    /// Creates a key.
    package struct CreateKey: Operation {
        package var name: String
        package var workspace: String?
        package var expiresAt: Instant?
        package var attributes: KeyAttributes<String>
        package var allowance: AllowanceChanges
        /// Whether it is a canary.
        package var isCanary: Bool
        package var requestID: String?
        package var generator: any RandomNumberGenerator & Sendable

        package init(
            name: String, workspace: String? = nil, expiresAt: Instant? = nil,
            attributes: KeyAttributes<String> = KeyAttributes(), allowance: AllowanceChanges = AllowanceChanges(),
            isCanary: Bool = false, requestID: String? = nil,
            using generator: any RandomNumberGenerator & Sendable
        ) {
            self.name = name
            self.workspace = workspace
            self.expiresAt = expiresAt
            self.attributes = attributes
            self.allowance = allowance
            self.isCanary = isCanary
            self.requestID = requestID
            self.generator = generator
        }

        package struct Decided: Sendable {
            var number: Int64
            var role: Role
            var secret: ShownSecret
            var advice: [Advice]
        }

        package var questions: Set<FactQuestion> {
            Set([.people, attributes.owner?.principal.flatMap { FactQuestion(principal: $0) }].compactMap { $0 })
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> Decided {
            let (workspace, role) = try decision.workspace(named: workspace, needs: .admin)
            // No plan applies to a canary.
            let plan = isCanary ? Plan(apiAccess: true) : try decision.planWithAccess(of: workspace)
            if !isCanary { try decision.requireKeyCapacity(in: workspace, plan, adding: 1) }
            try decision.remember(requestID, in: workspace)
            try decision.requireFree(name, in: workspace)
            try decision.checkName(name)
            try decision.checkOwner(attributes.owner?.principal)
            try decision.checkExpiry(expiresAt, purpose: attributes.purpose, plan)
            try decision.requireLimits(allowance, plan)

            var generator = generator
            let minted = decision.mint(tag: workspace.tag, using: &generator)
            var record = decision.newRecord(name: name, in: workspace, minted, using: &generator)
            record.expiresAt = expiresAt
            record.lifetime = expiresAt.map { $0 - decision.now }
            record.attributes = attributes
            record.isCanary = isCanary
            var details = AuditDetails.details(of: record).adding("canary", isCanary ? .flag(true) : nil)
            record.allowance = try decision.allowance(of: nil, after: allowance, in: workspace, &details)
            decision.transaction.add(record, .keyCreated, in: workspace, details)
            return Decided(
                number: record.number, role: role, secret: minted.show(), advice: decision.transaction.advice)
        }

        package func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> CreatedKey {
            let index = state.index(ofNumber: decided.number)!
            return CreatedKey(
                key: state.view(at: index, now: now, role: decided.role), secret: decided.secret,
                advice: decided.advice)
        }
    }
}

/// A new key with its secret, which is stored nowhere.
package struct CreatedKey: Sendable {
    package var key: KeyView
    package var secret: ShownSecret
    package var advice: [Advice]
}
