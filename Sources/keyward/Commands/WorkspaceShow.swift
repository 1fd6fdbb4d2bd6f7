internal import ArgumentParser
internal import KeywardClient

/// `keyward workspace show`
struct WorkspaceShow: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a workspace's details.", aliases: ["get"])

    @Argument(help: "The workspace.", completion: .workspaceNames)
    var name = "default"

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.write(session.call(GetWorkspace.self, GetWorkspace.Params(workspace: name))) { result in
            try session.console.write(FactSheet(result.workspace, now: session.console.now))
        }
    }
}
