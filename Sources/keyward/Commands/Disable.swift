internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward disable`
struct Disable: KeyCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop a key until it is enabled again.", discussion: "The expiry date does not change.")

    @OptionGroup var target: KeyArgument
    @OptionGroup var rotation: BothOption
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.withTargets(of: self, rotation) { target, isLast in try disable(target, isLast, session) }
    }

    private func disable(_ target: NamedTarget, _ isLast: Bool, _ session: Session) throws {
        let params = DisableKey.Params(key: target.key, workspace: target.workspace)
        try session.write(session.call(DisableKey.self, params)) { result in
            let undo = session.command("enable", [result.key.prefix], in: result.key.workspace)
            session.console.report("Disabled \(result.key.shown). To enable it again, run: \(undo)")
            if isLast { session.reportContinuing(result.continues, "disable") }
        }
    }
}
