internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward enable`
struct Enable: KeyCommand {
    static let configuration = CommandConfiguration(abstract: "Let a disabled key verify again.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var rotation: BothOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.withTargets(of: self, rotation) { target, _ in try enable(target, session) }
    }

    private func enable(_ target: NamedTarget, _ session: Session) throws {
        let params = EnableKey.Params(key: target.key, workspace: target.workspace)
        try session.write(session.call(EnableKey.self, params)) { result in
            session.console.report("Enabled \(result.key.shown). Its status is \(result.key.status).")
        }
    }
}
