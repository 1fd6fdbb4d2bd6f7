internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward revoke`
struct Revoke: KeyCommand {
    static let configuration = CommandConfiguration(
        abstract: "Revoke a key permanently.",
        discussion: """
            The next verification is refused. This cannot be undone; `keyward disable` can. On a terminal it shows the key \
            and asks; elsewhere it needs --yes.
            """,
        aliases: ["rm"])

    @OptionGroup var target: KeyArgument

    @Option(
        help: ArgumentHelp("The reason: compromised, superseded, unused, ownerLeft or other.", valueName: "reason"),
        completion: .words(Key.Revocation.Reason.known))
    var reason = Key.Revocation.Reason.other.rawValue

    @Option(help: ArgumentHelp("A note on why, at most 500 characters.", valueName: "text"))
    var note: String?

    @OptionGroup var rotation: BothOption
    @OptionGroup var confirmation: ConfirmationOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.withTargets(of: self, rotation) { target, isLast in try revoke(target, isLast, session) }
    }

    private func revoke(_ target: NamedTarget, _ isLast: Bool, _ session: Session) throws {
        if !confirmation.yes { try confirm(target, session) }
        let answer = try session.callConfirming(
            RevokeKey.self, isConfirmed: confirmation.yes, question: "Revoke it anyway?"
        ) { confirm in
            RevokeKey.Params(
                key: target.key, workspace: target.workspace, reason: Key.Revocation.Reason(rawValue: reason),
                note: note, confirm: confirm)
        }
        try report(answer, isLast, session)
    }

    /// Shows the key and asks. A key that is already revoked does not change, so there is no question.
    private func confirm(_ target: NamedTarget, _ session: Session) throws {
        let params = GetKey.Params(key: target.key, workspace: target.workspace)
        let key = try session.call(GetKey.self, params).value.key
        if key.status == .revoked || isAmbiguous(target, key, session) { return }
        let facts = FactSheet(key, now: session.console.now)
        try session.ask(facts, "Revoking \(key.shown) cannot be undone.", "Revoke it?")
    }

    /// Whether the name means two live keys. The daemon then refuses the name, and confirmation does not help.
    private func isAmbiguous(_ target: NamedTarget, _ key: Key, _ session: Session) -> Bool {
        guard target.key == key.name, let rotation = key.rotation else { return false }
        let other = rotation.predecessor == key.id ? rotation.successor : rotation.predecessor
        let answer = try? session.call(GetKey.self, GetKey.Params(key: other))
        return answer.map { !$0.value.key.status.isOver } ?? false
    }

    private func report(_ answer: Answer<RevokeKey.Result>, _ isLast: Bool, _ session: Session) throws {
        try session.write(answer) { result in
            let revoked = result.key.revoked
            let earlier = revoked.map { session.console.now.milliseconds - $0.at.milliseconds > 60_000 } ?? false
            if earlier, let revoked {
                session.console.report(
                    "\(result.key.shown) was already revoked \(session.relative(revoked.at)) by \(revoked.by.shown).")
            } else {
                session.console.report("Revoked \(result.key.shown).")
            }
            if isLast { session.reportContinuing(result.continues, "revoke") }
        }
    }
}
