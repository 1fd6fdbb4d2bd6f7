internal import ArgumentParser
internal import KeywardClient

/// `keyward verify`
struct Verify: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check whether a key is valid.",
        discussion: """
            The key is read from standard input, never from an argument: `keyward verify < FILE`. A valid answer \
            counts as a use of the key. The exit status is 5 if the key is not valid.
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

    @Option(
        name: [.customShort("w"), .long], help: "The workspace; by default 'default'. '*' means any.",
        completion: .workspaceNames)
    var workspace: String?

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let source = fd == 0 ? session.console.input : fd
        let key = try PresentedSecret.read(from: source, console: session.console)
        let params = VerifyKey.Params(
            key: key, workspace: workspace, scopes: scope.isEmpty ? nil : scope,
            anyOf: anyOf.isEmpty ? nil : anyOf.map { $0.split(separator: ",").map(String.init) })
        let answer = try session.call(VerifyKey.self, params, on: .verify)
        try session.write(answer) { try session.console.write(FactSheet($0, now: session.console.now)) }
        if !answer.value.valid { throw Failure.silent(.notValid) }
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
        add("Expires", "expiresAt", answer.expiresAt.map { .end($0, now) })
        for warning in answer.warnings {
            add("Warning", "warning", Cell(screen: warning.message, exact: warning.code, .notice))
        }
    }
}
