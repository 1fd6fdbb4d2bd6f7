internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward create`
struct Create: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create a key and show its secret, once.",
        discussion: """
            Only the secret goes to standard output: `keyward create staging-api --expires 90d > key` keeps it \
            in a file. --out writes it to a new file with mode 0600, and never overwrites one.
            """)

    @Argument(help: "Name, for example prod-main-app.")
    var name: String

    @OptionGroup var facts: KeyOptions

    @Flag(help: "Create a key that nobody should ever use. Presenting it raises an alarm.")
    var canary = false

    @Option(help: ArgumentHelp("Idempotency key: a repeated call is a conflict, not a second key.", valueName: "id"))
    var requestID: String?

    @OptionGroup var delivery: DeliveryOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        var params = CreateKey.Params(name: name, workspace: place.workspace, requestId: requestID)
        try facts.apply(to: &params, session.console.now)
        if canary { params.canary = true }
        let way = try SecretDelivery(delivery, console: session.console)
        try way.whileReady {
            try session.call(CreateKey.self, params)
        } deliver: { answer in
            let key = answer.value.key
            try way.deliver(Secret(answer.value.secret), in: common.json ? answer.text : nil) {
                takeBack(key, session)
            }
            if common.json { return }
            session.console.report(
                canary
                    ? "Created the canary \(key.shown)."
                    : "Created \(key.shown), \(key.expiryClause(now: session.console.now)).")
            session.report(answer.value.warnings)
            if canary {
                way.printOnce(advice: "Leave it where only a thief would look.")
            } else {
                way.printOnce()
            }
        }
    }

    /// Revokes a key whose secret was lost.
    private func takeBack(_ key: Key, _ session: Session) -> String {
        let params = RevokeKey.Params(
            key: key.id, reason: .other, note: "Its secret could not be delivered.", confirm: true)
        if (try? session.call(RevokeKey.self, params)) != nil {
            return "The new key \(key.shown) was revoked, because its secret could not be delivered."
        }
        return """
            The key \(key.shown) was made, and its secret is lost.
            To revoke it, run: \(session.command("revoke", [key.prefix], in: key.workspace))
            """
    }
}
