internal import ArgumentParser
internal import KeywardClient

/// `keyward create`
struct Create: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create a key and show its secret, once.",
        discussion: """
            The secret is alone on standard output: `keyward create staging-api --expires 90d > key` keeps it in a \
            file, --out does so with mode 0600 and never overwrites.
            """)

    @Argument(help: "A slug that tells purpose and environment, such as prod-main-app.")
    var name: String

    @OptionGroup var facts: KeyOptions

    @Option(help: ArgumentHelp("Makes a repeated call a conflict, not a second key.", valueName: "id"))
    var requestID: String?

    @OptionGroup var delivery: DeliveryOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = CreateKey.Params(
            name: name, workspace: place.workspace, expiresAt: try facts.expires?.end(now: session.console.now),
            owner: facts.owner.applied(), purpose: facts.purpose, scopes: facts.scopes, metadata: facts.metadata,
            requestId: requestID)
        let way = try SecretDelivery(delivery, console: session.console)
        let answer = try session.call(CreateKey.self, params)
        let key = answer.value.key
        let secret = Secret(answer.value.secret)
        let remedy = "To revoke the key, run: \(session.command("revoke", [key.prefix], in: key.workspace))"
        if common.json { return try way.deliver(answer.text, secret, remedy: remedy) }
        try way.deliver(secret, remedy: remedy)
        session.console.tell("Created \(key.shown), \(key.expiryClause(now: session.console.now)).")
        session.tell(answer.value.warnings)
        way.tellOnce()
    }
}
