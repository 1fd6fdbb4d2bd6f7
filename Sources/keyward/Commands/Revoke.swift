internal import ArgumentParser
internal import KeywardClient

/// `keyward revoke`
struct Revoke: KeyCommand {
    static let configuration = CommandConfiguration(
        abstract: "Revoke a key for good.",
        discussion: "The next verification is refused. This cannot be undone; `keyward disable` can.",
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
        let answer = try session.callConfirming(
            RevokeKey.self, isConfirmed: confirmation.yes, notice: "Revoking cannot be undone.", question: "Revoke it?"
        ) { confirm in
            RevokeKey.Params(
                key: target.key, workspace: target.workspace, reason: Key.Revocation.Reason(rawValue: reason),
                note: note, confirm: confirm)
        }
        try session.write(answer) { result in
            let revoked = result.key.revoked
            let earlier = revoked.map { session.console.now.milliseconds - $0.at.milliseconds > 60_000 } ?? false
            if earlier, let revoked {
                session.console.tell(
                    "\(result.key.shown) was revoked \(session.relative(revoked.at)) by \(revoked.by.shown) already.")
            } else {
                session.console.tell("Revoked \(result.key.shown).")
            }
            if isLast { session.tellContinues(result.continues, "revoke") }
        }
    }
}
