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

    /// Calls a method. Each call has a connection of its own: a person may think for longer than the daemon keeps an
    /// idle one open.
    func call<M: Method>(
        _ method: M.Type, _ params: M.Params, on socket: SocketPath = .admin, within limit: Duration = patience
    ) throws(KeywardError) -> Answer<M.Result> {
        do {
            return try Connection(path: path(socket)).call(method, params, within: limit)
        } catch {
            // The daemon ends, or has ended: what may be asked twice is asked of the next one.
            guard M.isRepeatable, error.tellsOfAnEnd else { throw error }
            return try Connection(path: path(socket)).call(method, params, within: limit)
        }
    }

    /// Calls a method that is known by name only.
    func call(method: String, params: JSONText, on socket: SocketPath) throws(KeywardError) -> JSONText {
        try Connection(path: path(socket)).call(method: method, params: params, within: Self.longPatience)
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
        do {
            return try call(method, params(isConfirmed ? true : nil))
        } catch {
            guard !isConfirmed, case .rejected(let refusal) = error, refusal.code == .confirmationRequired else {
                throw error
            }
            try ask(refusal, notice, question)
            return try call(method, params(true))
        }
    }

    /// Puts the daemon's doubts before the person; throws unless the answer is yes.
    private func ask(_ refusal: RPCError, _ notice: String?, _ question: String) throws(Failure) {
        let checks = refusal.data.checks ?? []
        for message in checks.isEmpty ? [refusal.message] : checks.map(\.message) { console.tell(message) }
        if let notice { console.tell(notice) }
        guard console.canAsk else {
            console.tell("keyward: this needs a confirmation, and there is no terminal to ask on. --yes gives it.")
            throw .silent(.unconfirmed)
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
    /// Whether the daemon went away under the call.
    fileprivate var tellsOfAnEnd: Bool {
        switch self {
        case .connectionLost: true
        case .rejected(let error): error.code == .shuttingDown
        default: false
        }
    }
}
