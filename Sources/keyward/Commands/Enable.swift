internal import ArgumentParser
internal import KeywardClient

/// `keyward enable`
struct Enable: SessionCommand {
    static let configuration = CommandConfiguration(abstract: "Let a disabled key verify again.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = EnableKey.Params(key: target.key, workspace: target.place.workspace)
        try session.write(session.call(EnableKey.self, params)) { result in
            session.console.tell("Enabled \(result.key.shown). Its status is \(result.key.status).")
        }
    }
}
