internal import ArgumentParser
internal import KeywardClient
internal import KeywardProtocol

/// `keyward show`
struct Show: SessionCommand {
    static let configuration = CommandConfiguration(abstract: "Show a key's details.", aliases: ["get"])

    @OptionGroup var target: KeyArgument
    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        let params = GetKey.Params(key: target.key, workspace: target.place.workspace)
        try session.write(session.call(GetKey.self, params)) { result in
            try session.console.write(
                FactSheet(
                    result.key, predecessors: result.predecessors ?? [], lastAddresses: result.lastAddresses ?? [],
                    now: session.console.now))
        }
    }
}
