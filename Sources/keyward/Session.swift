internal import ArgumentParser
internal import KeywardClient
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

/// What a command works with: the streams, and a way to the daemon.
struct Session: Sendable {
    /// How long the daemon may take for what it answers from memory or with one write.
    static let patience = Duration.seconds(30)
    /// How long for what reads everything. That the daemon is there at all shows within the other one.
    static let longPatience = Duration.seconds(3_600)
    /// How long a daemon may take to accept a connection.
    private static let connectPatience = Duration.seconds(5)

    var console: Console
    var options: CommonOptions
    /// What was typed, without the name of the program.
    var arguments: [String] = []
    /// Whether a change may have been made of which no reply tells.
    let openChange = OpenChange()

    /// Calls a method. Each call has a connection of its own: a person may think for longer than the daemon keeps an
    /// idle one open.
    ///
    /// - Parameters:
    ///   - limit: How long it may take, with all that belongs to it.
    ///   - isChange: Whether something may have changed if no reply comes.
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

    /// Runs `body` with a connection and the time that is left for it, again if the daemon ends and that is safe.
    private func exchange<R>(
        on socket: SocketPath, within limit: Duration, isChange: Bool,
        _ body: (Connection, Duration) throws(KeywardError) -> R
    ) throws(KeywardError) -> R {
        let deadline = ContinuousClock.now + limit
        do {
            return try attempt(on: socket, before: deadline, isChange: isChange, body)
        } catch {
            // The daemon ends, or has ended: what may be asked twice is asked of the next one.
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
        // Before a long wait, a short one: a daemon that is stuck or restarts without end is found out.
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

    /// Calls a method whose result the caller reads itself: its JSON as it came.
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
    func call(
        method: String, params: JSONText, on socket: SocketPath, within limit: Duration = patience
    ) throws(KeywardError) -> JSONText {
        // A method that this build does not know may change something.
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

    /// A connection that stays, for what comes unasked.
    func connect() throws(KeywardError) -> Connection {
        try Connection(path: path(.admin))
    }

    /// Calls a method that the daemon may want confirmed. Its checks are put before the person, and on yes the call
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

    /// Puts facts before the person and asks; throws unless the answer is yes.
    func ask(_ facts: FactSheet, _ notice: String, _ question: String) throws(Failure) {
        if console.canAsk { console.report(String(facts.rendered(console.errorPalette).dropLast())) }
        try ask([notice], question, nil)
    }

    /// Puts the daemon's checks before the person; throws unless the answer is yes.
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

/// Notes that a change was asked for and that no reply has told yet what became of it.
final class OpenChange: Sendable {
    private let flag = Atomic(false)

    /// Whether there is one.
    var isOpen: Bool { flag.load(ordering: .relaxed) }

    /// A change is sent.
    func begin() { flag.store(true, ordering: .relaxed) }

    /// A reply came.
    func end() { flag.store(false, ordering: .relaxed) }
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
    func report(_ warnings: [Warning]) {
        for warning in warnings { console.report("Warning: \(warning.message)", .notice) }
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
    fileprivate var recordsAnEnd: Bool {
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
