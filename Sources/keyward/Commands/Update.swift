internal import ArgumentParser
internal import KeywardClient

/// `keyward update`
struct Update: KeyCommand {
    /// A member that can be cleared.
    enum Clearable: String, CaseIterable, ExpressibleByArgument {
        case owner, purpose, scopes, metadata, expires
    }

    static let configuration = CommandConfiguration(
        abstract: "Change a key's name, owner, purpose, scopes, metadata or expiry.",
        discussion: """
            What is not given is kept. New scopes replace all old ones. The secret stays the same.
            """)

    @OptionGroup var target: KeyArgument

    @Option(help: "The new name; both keys of an open rotation get it.")
    var name: String?

    @OptionGroup var facts: KeyOptions

    @Option(help: "Remove owner, purpose, scopes, metadata or expires; repeatable.")
    var clear: [Clearable] = []

    @OptionGroup var rotation: BothOption
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard name != nil || facts.areGiven || !clear.isEmpty else {
            throw ValidationError(
                "There is nothing to change. For the options, run: \(CommandText().text("help update"))")
        }
        if let cancelled = clear.first(where: { given($0) != nil }), let option = given(cancelled) {
            throw ValidationError(
                "Options --clear \(cancelled.rawValue) and \(option) contradict each other. Give one of them.")
        }
    }

    /// The option that sets what `member` would clear, if it was given.
    private func given(_ member: Clearable) -> String? {
        switch member {
        case .owner:
            facts.owner.owner != nil
                ? "--owner"
                : facts.owner.ownerContact != nil
                    ? "--owner-contact" : facts.owner.ownerPrincipal != nil ? "--owner-principal" : nil
        case .purpose: facts.purpose != nil ? "--purpose" : nil
        case .scopes: facts.scopes != nil ? "--scope" : nil
        case .metadata: facts.metadata != nil ? "--metadata" : nil
        case .expires: facts.expires != nil ? "--expires" : nil
        }
    }

    func run(in session: Session) throws {
        try session.withTargets(of: self, rotation) { target, _ in try update(target, session) }
    }

    private func update(_ target: NamedTarget, _ session: Session) throws {
        var params = UpdateKey.Params(
            key: target.key, workspace: target.workspace, name: name,
            owner: change(.owner, try wantedOwner(target, session)), purpose: change(.purpose, facts.purpose),
            scopes: change(.scopes, facts.scopes), metadata: change(.metadata, facts.metadata),
            expiresAt: try expiry(session.console.now))
        let answer = try session.callConfirming(
            UpdateKey.self, isConfirmed: confirmation.yes, question: "Change it?"
        ) { confirm in
            params.confirm = confirm
            return params
        }
        try session.write(answer) { result in
            session.console.report("Updated \(result.key.shown), \(result.key.expiryClause(now: session.console.now)).")
            session.report(result.warnings)
        }
    }

    private func change<Value>(_ member: Clearable, _ value: Value?) -> Change<Value> {
        if clear.contains(member) { return .clear }
        return value.map { .set($0) } ?? .keep
    }

    private func expiry(_ now: Timestamp) throws -> Change<Timestamp> {
        guard let expires = facts.expires else { return change(.expires, nil) }
        return try expires.end(now: now).map { .set($0) } ?? .clear
    }

    /// An owner is replaced as a whole, so a new contact alone must keep the name.
    private func wantedOwner(_ target: NamedTarget, _ session: Session) throws -> Owner? {
        guard facts.owner.isPartial else { return facts.owner.applied() }
        let params = GetKey.Params(key: target.key, workspace: target.workspace)
        return facts.owner.applied(to: try session.call(GetKey.self, params).value.key.owner)
    }
}
