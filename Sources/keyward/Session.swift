internal import ArgumentParser
internal import KeywardClient
internal import KeywardDisplay
internal import Synchronization

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

/// The context of a command: the streams, and access to the daemon.
struct Session: Sendable {
    /// The timeout of calls that the daemon answers from memory or with one write.
    static let patience = Duration.seconds(30)
    /// The timeout of calls that read everything. The shorter one still detects an unreachable daemon.
    static let longPatience = Duration.seconds(3_600)
    /// The timeout for a connection.
    private static let connectPatience = Duration.seconds(5)

    var console: Console
    var options: CommonOptions
    /// The typed arguments, without the name of the program.
    var arguments: [String] = []
    /// Whether a change may have been made without a reply.
    let openChange = OpenChange()

    /// Calls a method. Each call has its own connection, because a person may think for longer than the daemon's idle
    /// limit.
    ///
    /// - Parameters:
    ///   - limit: The timeout, including reconnects and retries.
    ///   - isChange: Whether something may have changed if no reply arrives.
    func call<M: Method>(
        _ method: M.Type, _ params: M.Params, on socket: SocketPath = .admin, within limit: Duration = patience,
        isChange: Bool = !M.isRepeatable
    ) throws(KeywardError) -> Answer<M.Result> {
        do {
            return try exchange(on: socket, within: limit, isChange: isChange) {
                connection, rest throws(KeywardError) in
                try connection.call(method, params, within: rest)
            }
        } catch {
            throw asTyped(error, params)
        }
    }

    /// Runs `body` with a connection and the remaining time. Repeats it if the daemon ends and a repeat is safe.
    private func exchange<R>(
        on socket: SocketPath, within limit: Duration, isChange: Bool,
        _ body: (Connection, Duration) throws(KeywardError) -> R
    ) throws(KeywardError) -> R {
        let deadline = ContinuousClock.now + limit
        do {
            return try attempt(on: socket, before: deadline, isChange: isChange, body)
        } catch {
            // The daemon is stopping or has ended: repeat a repeatable call with the next one.
            guard !isChange, error.recordsAnEnd else { throw error }
            return try attempt(on: socket, before: deadline, isChange: isChange, body)
        }
    }

    private func attempt<R>(
        on socket: SocketPath, before deadline: ContinuousClock.Instant, isChange: Bool,
        _ body: (Connection, Duration) throws(KeywardError) -> R
    ) throws(KeywardError) -> R {
        let rest = ContinuousClock.now.duration(to: deadline)
        let connection = try Connection(path: path(socket), patience: min(Self.connectPatience, rest))
        // Before a long wait, a short call detects a daemon that hangs or restarts repeatedly.
        if rest > Self.patience {
            _ = try connection.call(method: Ping.name, params: .emptyObject, within: Self.patience)
        }
        if isChange { openChange.begin() }
        do {
            let result = try body(connection, ContinuousClock.now.duration(to: deadline))
            openChange.end()
            return result
        } catch {
            switch error {
            case .rejected, .requestTooLong: openChange.end()
            default: break
            }
            throw error
        }
    }

    /// Calls a method and returns the result's JSON unchanged.
    func text<M: Method>(
        of method: M.Type, _ params: M.Params, within limit: Duration = patience
    ) throws(KeywardError) -> JSONText {
        guard let json = try? JSONCoding.string(of: params, nulls: false) else {
            throw .protocolViolation("the parameters of \(M.name) cannot be written as JSON")
        }
        do {
            return try exchange(on: .admin, within: limit, isChange: !M.isRepeatable) {
                connection, rest throws(KeywardError) in
                try connection.call(method: M.name, params: JSONText(json), within: rest)
            }
        } catch {
            throw asTyped(error, params)
        }
    }

    /// The error, with the parameter at fault as typed.
    private func asTyped(_ error: KeywardError, _ params: some Encodable) -> KeywardError {
        let error = error.completed(by: params)
        guard case .rejected(var refusal) = error, let param = refusal.data.param,
            [.invalidParams, .policyViolation].contains(refusal.code)
        else { return error }
        let typed = TypedArgument(of: param, in: arguments, params: params)
        refusal.message = typed.message(refusal.message, param: param)
        return .rejected(refusal)
    }

    /// Calls a method by name.
    func call(
        method: String, params: JSONText, on socket: SocketPath, within limit: Duration = patience
    ) throws(KeywardError) -> JSONText {
        // An unknown method may change something.
        let isChange = MethodTable.methods.first { $0.name == method }.map { !$0.isRepeatable } ?? true
        do {
            return try exchange(on: socket, within: limit, isChange: isChange) {
                connection, rest throws(KeywardError) in
                try connection.call(method: method, params: params, within: rest)
            }
        } catch {
            throw error.completed(by: params)
        }
    }

    /// A connection that stays open, for notifications.
    func connect() throws(KeywardError) -> Connection {
        try Connection(path: path(.admin))
    }

    /// Calls a method that may require confirmation. It shows the checks to the person, and repeats the call after yes.
    ///
    /// - Parameters:
    ///   - isConfirmed: The option `--yes`.
    ///   - notice: Further information for the person.
    ///   - question: A question to answer with yes or no.
    ///   - params: Makes the parameters from `confirm`.
    func callConfirming<M: Method>(
        _ method: M.Type, isConfirmed: Bool, notice: String? = nil, question: String,
        params: (_ confirm: Bool?) -> M.Params
    ) throws -> Answer<M.Result> {
        try confirming(isConfirmed: isConfirmed, notice: notice, question: question) { confirm in
            try call(method, params(confirm))
        }
    }

    /// The same for more than one call: `body` is repeated after yes.
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

    /// Shows facts and asks; throws unless the answer is yes.
    func ask(_ facts: FactSheet, _ notice: String, _ question: String) throws(Failure) {
        if console.canAsk { console.report(String(facts.rendered(console.errorPalette).dropLast())) }
        try ask([notice], question, nil)
    }

    /// Shows the daemon's checks and asks; throws unless the answer is yes.
    private func ask(_ refusal: RPCError, _ notice: String?, _ question: String) throws(Failure) {
        let checks = refusal.data.checks ?? []
        let messages = checks.isEmpty ? [refusal.message] : checks.map(\.message)
        try ask(messages + (notice.map { [$0] } ?? []), question, refusal.data)
    }

    private func ask(_ messages: [String], _ question: String, _ data: RPCError.Facts?) throws(Failure) {
        guard console.canAsk || !options.json else {
            throw Failure(status: .unconfirmed, message: messages.joined(separator: " "), data: data)
        }
        for message in messages { console.report(message) }
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
            console.report("Nothing was changed.")
            throw .silent(.refused)
        }
    }

    private func path(_ socket: SocketPath) -> String {
        options.socket ?? socket.resolve()
    }
}

/// Records that a change was sent and its reply has not arrived.
final class OpenChange: Sendable {
    private let flag = Atomic(false)

    /// Whether there is such a change.
    var isOpen: Bool { flag.load(ordering: .relaxed) }

    /// A change was sent.
    func begin() { flag.store(true, ordering: .relaxed) }

    /// A reply arrived.
    func end() { flag.store(false, ordering: .relaxed) }
}

extension Session {
    /// Makes commands for this daemon.
    ///
    /// - Parameter socket: The socket that `--socket` gave. Commands that fix something need the admin socket beside
    ///   it.
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
    /// Writes a result: unchanged with `--json`, otherwise the output of `show`.
    func write<Value>(_ answer: Answer<Value>, show: (Value) throws -> Void) throws {
        if options.json { try console.write(json: answer.text) } else { try show(answer.value) }
    }

    /// Prints the daemon's warnings.
    func report(_ warnings: [Warning]) {
        for warning in warnings { console.report("Warning: \(warning.message)", .notice) }
    }

    /// An instant in relative form: `3 min ago`.
    func relative(_ instant: Timestamp) -> String {
        RelativeTime.text(instant, now: console.now)
    }
}

extension KeywardError {
    /// The error's remedy, if it has one, with the workspace that the request named.
    fileprivate func completed(by params: some Encodable) -> KeywardError {
        guard case .rejected(var refusal) = self, let remedy = refusal.data.remedy else { return self }
        let workspace = (try? JSONCoding.string(of: params)).flatMap {
            try? JSONCoding.decode(NamedWorkspace.self, from: Array($0.utf8)).workspace
        }
        refusal.data.remedy = CommandText.remedy(remedy, in: workspace)
        return .rejected(refusal)
    }

    /// Whether the daemon ended during the call.
    fileprivate var recordsAnEnd: Bool {
        switch self {
        case .connectionLost: true
        case .rejected(let error): error.code == .shuttingDown
        default: false
        }
    }
}

/// The only request parameter that a remedy may need.
private struct NamedWorkspace: Decodable {
    var workspace: String?
}
