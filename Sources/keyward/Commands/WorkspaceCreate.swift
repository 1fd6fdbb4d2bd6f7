internal import ArgumentParser
internal import KeywardClient

/// `keyward workspace create`
struct WorkspaceCreate: SessionCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Create a workspace.")

    @Argument(help: "The name, 1 to 128 characters.")
    var name: String

    @Option(help: "The plan, from the configuration.", completion: .planNames)
    var plan: String?

    @Option(help: "What its keys start with: 2 to 12 of a-z and 0-9, first a letter; by default kw.")
    var tag: String?

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = CreateWorkspace.Params(name: name, plan: plan, tag: tag)
        try session.write(session.call(CreateWorkspace.self, params)) { result in
            let workspace = result.workspace
            let grant = session.command("member grant", ["user:NAME", "admin"], in: workspace.name)
            session.console.report(
                """
                Created workspace \(workspace.name), plan \(workspace.plan); its keys begin with \(workspace.tag)_.
                To add a member, run: \(grant)
                """)
        }
    }
}
