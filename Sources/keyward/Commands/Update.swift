internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward update`
struct Update: KeyCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change a key's name, \(KeyOptions.Clearable.attributes) or expiry.",
        discussion: """
            What is not given is kept. New scopes replace all old ones, and so do new addresses. The secret stays the same.
            """)

    @OptionGroup var target: KeyArgument

    @Option(help: "The new name; both keys of an open rotation get it.")
    var name: String?

    @OptionGroup var facts: KeyOptions

    @Option(help: "Remove \(KeyOptions.Clearable.attributes) or expires; repeatable.")
    var clear: [KeyOptions.Clearable] = []

    @OptionGroup var rotation: BothOption
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard name != nil || facts.areGiven || !clear.isEmpty else {
            throw ValidationError(
                "There is nothing to change. For the options, run: \(CommandText().text("help update"))")
        }
        if let cancelled = clear.first(where: { facts.given($0) != nil }), let option = facts.given(cancelled) {
            throw ValidationError(
                "Options --clear \(cancelled.rawValue) and \(option) contradict each other. Give one of them.")
        }
    }

    func run(in session: Session) throws {
        try session.withTargets(of: self, rotation) { target, _ in try update(target, session) }
    }

    private func update(_ target: NamedTarget, _ session: Session) throws {
        var params = UpdateKey.Params(key: target.key, workspace: target.workspace, name: name)
        let owner = try facts.owner.isPartial ? currentOwner(of: target, session) : nil
        try facts.apply(to: &params, clearing: clear, owner: owner, session.console.now)
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

    private func currentOwner(of target: NamedTarget, _ session: Session) throws -> Owner? {
        let params = GetKey.Params(key: target.key, workspace: target.workspace)
        return try session.call(GetKey.self, params).value.key.owner
    }
}
