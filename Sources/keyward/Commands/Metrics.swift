internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay

/// `keyward metrics`
struct Metrics: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print metrics in the Prometheus text format.")

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        try session.write(session.call(GetMetrics.self, NoParams())) { result in
            try session.console.write(session.console.isScreen ? result.text.printableLines : result.text)
        }
    }
}
