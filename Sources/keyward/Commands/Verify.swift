internal import ArgumentParser
internal import KeywardClient

/// `keyward verify`
struct Verify: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check whether a key is valid.",
        discussion: """
            The key is read from standard input, never from an argument: `keyward verify < FILE`. A valid answer \
            counts as a use of the key. The exit status is 5 if the key is not valid. Keys of a closed workspace verify \
            for its verifiers only, and with --admin for operators.
            """)

    @Option(help: ArgumentHelp("Read the key from this file descriptor.", valueName: "number"))
    var fd: Int32 = 0

    @Option(help: "A scope that the key must have; repeatable.")
    var scope: [String] = []

    @Option(
        help: ArgumentHelp(
            "Scopes of which the key must have all, or all of another --any-of; repeatable.",
            valueName: "scope,scope,…"))
    var anyOf: [String] = []

    @Option(help: ArgumentHelp("What to spend of the key's limits and credits; by default 1.", valueName: "number"))
    var cost: Int?

    @Option(
        help: ArgumentHelp(
            "A limit that is spent only by name, or with another cost; repeatable.", valueName: "name=cost"),
        transform: LimitCostArgument.parse)
    var limit: [LimitCost] = []

    @Option(help: "The address of the client that presented the key.")
    var address: String?

    @Option(
        name: [.customShort("w"), .long], help: "The workspace; by default 'default'. '*' means any.",
        completion: .workspaceNames)
    var workspace: String?

    @Flag(help: "Ask on the admin socket, as an operator: keys of closed workspaces verify too.")
    var admin = false

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let source = fd == 0 ? session.console.input : fd
        let key = try PresentedSecret.read(from: source, console: session.console)
        let params = VerifyKey.Params(
            key: key, workspace: workspace, scopes: scope.isEmpty ? nil : scope,
            anyOf: anyOf.isEmpty ? nil : anyOf.map { $0.split(separator: ",").map(String.init) },
            cost: cost, limits: limit.isEmpty ? nil : limit, address: address)
        let answer = try session.call(VerifyKey.self, params, on: admin ? .admin : .verify)
        try session.write(answer) { try session.console.write(FactSheet($0, now: session.console.now)) }
        if !answer.value.valid { throw Failure.silent(.notValid) }
    }
}

/// What to spend of a limit: `NAME` or `NAME=COST`.
enum LimitCostArgument {
    static func parse(_ text: String) throws -> LimitCost {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, parts.count == 1 || Int(parts[1]) != nil else {
            throw ValidationError("Use NAME or NAME=COST, for example tokens=250.")
        }
        return LimitCost(name: String(parts[0]), cost: parts.count == 2 ? Int(parts[1]) : nil)
    }
}

extension FactSheet {
    /// The answer to a verification.
    fileprivate init(_ answer: Verification, now: Timestamp) {
        self.init()
        add("Answer", "code", Cell(answer.code.rawValue, answer.valid ? .good : .bad))
        add("Key", "name", answer.name.map { Cell($0, .strong) })
        add("Id", "keyId", answer.keyId.map { Cell($0) })
        add("Workspace", "workspace", answer.workspace.map { Cell($0) })
        add("Owner", "owner.name", answer.owner?.name.map { Cell($0) })
        add("Scopes", "scopes", answer.scopes.flatMap { Cell.list($0) })
        add("Missing", "missing", answer.missing.flatMap { Cell.list($0) })
        for limit in answer.limits ?? [] {
            let exact = limit.remaining.map { String($0) } ?? "-"
            let shown =
                limit.limit.map { "\(limit.name)  \(exact) of \($0) left" } ?? "\(limit.name)  not a limit of this key"
            add("Limit", "limit.\(limit.name)", Cell(screen: shown, exact: exact))
        }
        add("Credits", "credits.remaining", answer.credits.map { Cell(String($0.remaining)) })
        if [.rateLimited, .creditsExhausted].contains(answer.code) {
            let wait = answer.retryAfterSeconds
            add(
                "Again in", "retryAfterSeconds",
                Cell(screen: wait.map { "\($0) s" } ?? "never with this cost", exact: wait.map { String($0) } ?? "-"))
        }
        add("Expires", "expiresAt", answer.expiresAt.map { .end($0, now) })
        for warning in answer.warnings {
            add("Warning", "warning", Cell(screen: warning.message, exact: warning.code, .notice))
        }
    }
}
