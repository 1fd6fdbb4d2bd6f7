internal import ArgumentParser
internal import KeywardClient

/// `keyward disable`
struct Disable: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop a key until it is enabled again.", discussion: "The expiry date does not change.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = DisableKey.Params(key: target.key, workspace: target.place.workspace)
        try session.write(session.call(DisableKey.self, params)) { result in
            let undo = session.command("enable", [result.key.prefix], in: result.key.workspace)
            session.console.tell("Disabled \(result.key.shown). To enable it again, run: \(undo)")
        }
    }
}
