internal import ArgumentParser
internal import KeywardClient

/// A command that talks to the daemon.
protocol SessionCommand: ParsableCommand {
    var common: CommonOptions { get }
    func run(in session: Session) throws
}

extension SessionCommand {
    func run() throws {
        try run(in: Session(console: .standard(color: common.color), options: common))
    }
}

/// What a command works with: the streams, and a way to the daemon.
struct Session: Sendable {
    /// How long the daemon may take for what it answers from memory or with one write.
    private static let patience = Duration.seconds(30)
    /// How long for what reads everything.
    static let longPatience = Duration.seconds(3_600)

    var console: Console
    var options: CommonOptions
    /// What was typed, without the name of the program.
    var arguments: [String] = []

    /// Calls a method. Each call has a connection of its own: a person may think for longer than the daemon keeps an
    /// idle one open.
    func call<M: Method>(
        _ method: M.Type, _ params: M.Params, on socket: SocketPath = .admin, within limit: Duration = patience
    ) throws(KeywardError) -> Answer<M.Result> {
        do {
            return try Connection(path: path(socket)).call(method, params, within: limit)
        } catch {
            // The daemon ends, or has ended: what may be asked twice is asked of the next one.
            guard M.isRepeatable, error.tellsOfAnEnd else { throw asTyped(error, params) }
            do {
                return try Connection(path: path(socket)).call(method, params, within: limit)
            } catch {
                throw asTyped(error, params)
            }
        }
    }

    /// Calls a method whose result the caller reads itself: its JSON as it came.
    func text<M: Method>(
        of method: M.Type, _ params: M.Params, within limit: Duration = patience
    ) throws(KeywardError) -> JSONText {
        guard let json = try? JSONCoding.string(of: params, nulls: false) else {
            throw .protocolViolation("the parameters of \(M.name) cannot be written as JSON")
        }
        do {
            return try Connection(path: path(.admin)).call(method: M.name, params: JSONText(json), within: limit)
        } catch {
            guard M.isRepeatable, error.tellsOfAnEnd else { throw asTyped(error, params) }
            do {
                return try Connection(path: path(.admin)).call(method: M.name, params: JSONText(json), within: limit)
            } catch {
                throw asTyped(error, params)
            }
        }
    }

    /// The error with a parameter at fault named as it was typed.
    private func asTyped(_ error: KeywardError, _ params: some Encodable) -> KeywardError {
        let error = error.completed(by: params)
        guard case .rejected(var refusal) = error, let param = refusal.data.param,
            [.invalidParams, .policyViolation].contains(refusal.code)
        else { return error }
        let typed = TypedArgument(of: param, in: arguments, params: params)
        refusal.message = typed.message(refusal.message, param: param)
        return .rejected(refusal)
    }

    /// Calls a method that is known by name only.
    func call(method: String, params: JSONText, on socket: SocketPath) throws(KeywardError) -> JSONText {
        do {
            return try Connection(path: path(socket)).call(method: method, params: params, within: Self.longPatience)
        } catch {
            throw error.completed(by: params)
        }
    }

    /// A connection that stays, for what comes unasked.
    func connect() throws(KeywardError) -> Connection {
        try Connection(path: path(.admin))
    }

    /// Calls a method that the daemon may want confirmed. Its doubts are put before the person, and on yes the call
    /// is made again.
    ///
    /// - Parameters:
    ///   - isConfirmed: `--yes`: whoever calls knows.
    ///   - notice: What else to know before answering.
    ///   - question: What is answered with yes or no.
    ///   - params: Makes the parameters from `confirm`.
    func callConfirming<M: Method>(
        _ method: M.Type, isConfirmed: Bool, notice: String? = nil, question: String,
        params: (_ confirm: Bool?) -> M.Params
    ) throws -> Answer<M.Result> {
        try confirming(isConfirmed: isConfirmed, notice: notice, question: question) { confirm in
            try call(method, params(confirm))
        }
    }

    /// The same for more than a call: `body` is run again after yes.
    func confirming<R>(
        isConfirmed: Bool, notice: String? = nil, question: String, _ body: (_ confirm: Bool?) throws -> R
    ) throws -> R {
        do {
            return try body(isConfirmed ? true : nil)
        } catch let error as KeywardError {
            guard !isConfirmed, case .rejected(let refusal) = error, refusal.code == .confirmationRequired else {
                throw error
            }
            try ask(refusal, notice, question)
            return try body(true)
        }
    }

    /// Puts the daemon's doubts before the person; throws unless the answer is yes.
    private func ask(_ refusal: RPCError, _ notice: String?, _ question: String) throws(Failure) {
        let checks = refusal.data.checks ?? []
        let messages = checks.isEmpty ? [refusal.message] : checks.map(\.message)
        guard console.canAsk || !options.json else {
            throw Failure(status: .unconfirmed, message: messages.joined(separator: " "), data: refusal.data)
        }
        for message in messages { console.tell(message) }
        if let notice { console.tell(notice) }
        guard console.canAsk else {
            let confirmed = CommandText.text(typed: arguments, adding: ["--yes"])
            throw Failure(
                status: .unconfirmed,
                message: """
                    Confirmation is required, and there is no terminal to ask on.
                    To confirm, run: \(confirmed)
                    """)
        }
        guard console.ask(question) else {
            console.tell("Nothing was changed.")
            throw .silent(.refused)
        }
    }

    private func path(_ socket: SocketPath) -> String {
        options.socket ?? socket.resolve()
    }
}

extension Session {
    /// What prints commands for this daemon.
    ///
    /// - Parameter socket: The socket that `--socket` gave. Commands that mend something need the admin socket, which
    ///   is beside the other one.
    func commands(from socket: SocketPath = .admin) -> CommandText {
        guard case .verify = socket, let path = options.socket else { return CommandText(socket: options.socket) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        return CommandText(socket: folder + "keyward.sock")
    }

    /// A command of `keyward` to print, for this daemon; see ``CommandText``.
    func command(
        _ name: String, _ operands: [String] = [], flags: [String] = [], in workspace: String? = nil
    ) -> String {
        commands().text(name, operands, flags: flags, in: workspace)
    }
}

extension Session {
    /// Writes a result: as it came with `--json`, else what `show` makes of it.
    func write<Value>(_ answer: Answer<Value>, show: (Value) throws -> Void) throws {
        if options.json { try console.write(json: answer.text) } else { try show(answer.value) }
    }

    /// Says what the daemon wants known.
    func tell(_ warnings: [Warning]) {
        for warning in warnings { console.tell("Warning: \(warning.message)", .notice) }
    }

    /// How an instant is said: `3 min ago`.
    func relative(_ instant: Timestamp) -> String {
        RelativeTime.text(instant, now: console.now)
    }
}

extension KeywardError {
    /// Its remedy, if it has one, with the workspace that the request named.
    fileprivate func completed(by params: some Encodable) -> KeywardError {
        guard case .rejected(var refusal) = self, let remedy = refusal.data.remedy else { return self }
        let workspace = (try? JSONCoding.string(of: params)).flatMap {
            try? JSONCoding.decode(NamedWorkspace.self, from: Array($0.utf8)).workspace
        }
        refusal.data.remedy = CommandText.remedy(remedy, in: workspace)
        return .rejected(refusal)
    }

    /// Whether the daemon went away under the call.
    fileprivate var tellsOfAnEnd: Bool {
        switch self {
        case .connectionLost: true
        case .rejected(let error): error.code == .shuttingDown
        default: false
        }
    }
}

/// The one member of a request's parameters that a remedy may need.
private struct NamedWorkspace: Decodable {
    var workspace: String?
}
