internal import ArgumentParser
internal import KeywardClient

/// `keyward call`
struct CallCommand: SessionCommand {
    private static let longestParams = 1 << 20

    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call a method of the protocol and print its result.",
        discussion: """
            The parameters are a JSON object on standard input. Empty input means no parameters: `echo \
            '{"key":"staging-api"}' | keyward call keys.get`. `keyward call rpc.discover < /dev/null` describes \
            every method.
            """)

    @Argument(
        help: "The name of the method.",
        completion: .list(MethodTable.methods.map { $0.name }))
    var method: String

    @Option(help: ArgumentHelp("Read the parameters from this file descriptor.", valueName: "number"))
    var fd: Int32 = 0

    @Flag(help: "Call the method on the verify socket.")
    var verify = false

    @Option(help: ArgumentHelp("Wait at most N seconds for the reply.", valueName: "seconds"), transform: seconds)
    var timeout = 30

    @OptionGroup var common: CommonOptions

    func run(in session: Session) throws {
        if fd == 0, session.console.canAsk { session.console.report("Parameters as JSON; Ctrl-D ends them:", .faint) }
        let source = fd == 0 ? session.console.input : fd
        let params = try Self.params(InputBytes.all(from: source, limit: Self.longestParams))
        do {
            let result = try session.call(
                method: method, params: params, on: verify ? .verify : .admin, within: .seconds(timeout))
            try session.console.write(json: result)
        } catch let error as KeywardError {
            guard case .rejected(let refusal) = error, refusal.code == .methodNotFound else { throw error }
            let names = MethodTable.methods.map { $0.name }
            let near = names.contains(method) ? nil : Suggestion.closest(to: method, in: names)
            let advice = near.map { "Did you mean '\($0)'?" } ?? refusal.message
            throw Failure(
                status: .usage, message: "The value '\(method)' is invalid for '<method>': \(advice)",
                code: refusal.code.rawValue, data: refusal.data)
        }
    }

    /// One JSON object on one line; empty input is an empty object.
    static func params(_ bytes: [UInt8]) throws(Failure) -> JSONText {
        // JSON allows line feeds between tokens, but in a request a line feed ends the line.
        let line = bytes.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        guard let text = String(validating: line, as: UTF8.self) else { throw .usage("The parameters are not UTF-8.") }
        let trimmed = text.drop { $0 == " " || $0 == "\t" }
        if trimmed.isEmpty { return .emptyObject }
        guard trimmed.first == "{", let params = try? JSONText(checking: String(trimmed)) else {
            throw .usage("The parameters are not a JSON object.")
        }
        return params
    }
}
