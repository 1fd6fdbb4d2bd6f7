internal import KeywardClient

/// The exit status of the command (protocol.md, Command line).
enum Outcome: Int32, Sendable {
    case done = 0
    case refused = 1
    case unreachable = 2
    case usage = 3
    case permissionDenied = 4
    case notValid = 5
    case unconfirmed = 6

    /// The code for `--json` when there is no more specific one.
    fileprivate var code: String {
        switch self {
        case .done, .refused: "failed"
        case .unreachable: "unreachable"
        case .usage: "usage"
        case .permissionDenied: "permissionDenied"
        case .notValid: "notValid"
        case .unconfirmed: "confirmationRequired"
        }
    }
}

/// Why a command failed, with the remedy.
struct Failure: Error, Sendable {
    var status: Outcome
    /// Sentences for people; `nil` when everything was printed already.
    var message: String?
    /// A word for programs: the daemon's `data.code`, or one of the client's own.
    var code: String
    /// The daemon's `data`, if the daemon refused.
    var data: RPCError.Facts?

    init(status: Outcome, message: String?, code: String? = nil, data: RPCError.Facts? = nil) {
        self.status = status
        self.message = message
        self.code = code ?? status.code
        self.data = data
    }

    /// With `--json`: `{"error":{"code":"notFound","message":"…","status":1,"data":{}}}`.
    var json: JSONText? {
        guard let message else { return nil }
        let report = Report(error: Report.Body(code: code, message: message, status: status.rawValue, data: data))
        return (try? JSONCoding.string(of: report, nulls: false)).map { JSONText($0) }
    }

    private struct Report: Encodable {
        struct Body: Encodable {
            var code: String
            var message: String
            var status: Int32
            var data: RPCError.Facts?
        }
        var error: Body
    }

    /// The arguments, or a file that they name, cannot be used.
    static func usage(_ message: String) -> Failure {
        Failure(status: .usage, message: message)
    }

    /// The command was not done, or not completely.
    static func refused(_ message: String) -> Failure {
        Failure(status: .refused, message: message)
    }

    /// The output could not be written.
    static func output(_ reason: String) -> Failure {
        Failure(status: .refused, message: "The output could not be written: \(reason).")
    }

    /// Ends the command without a message.
    static func silent(_ status: Outcome) -> Failure {
        Failure(status: status, message: nil)
    }
}

extension Failure {
    /// The error of a call, and the command that fixes it if there is one.
    ///
    /// - Parameter isChangeOpen: Whether the reply to a change was lost.
    init(_ error: KeywardError, _ commands: CommandText, isChangeOpen: Bool) {
        self.init(status: Outcome(error), message: error.description, code: error.code)
        if isChangeOpen { message = "\(error.description) The change may have been made. Check before you repeat it." }
        guard case .rejected(let refusal) = error else { return }
        data = refusal.data
        let upgradeURL = refusal.data.upgradeURL.flatMap { refusal.message.contains($0) ? nil : $0 }
        if let upgradeURL { message = "\(refusal.message) Upgrade: \(upgradeURL)" }
        if let remedy = refusal.data.remedy { message = "\(refusal.message)\nRun: \(commands.text(remedy))" }
    }
}

extension Outcome {
    init(_ error: KeywardError) {
        self =
            switch error {
            case .unreachable(let unreachable):
                switch unreachable.reason {
                case .permissionDenied, .privateSocket: .permissionDenied
                default: .unreachable
                }
            case .rejected(let refusal):
                switch refusal.code {
                case .permissionDenied: .permissionDenied
                case .confirmationRequired: .unconfirmed
                // An unusable argument is a usage error, whether the parser or the daemon finds it.
                case .invalidParams: .usage
                case .policyViolation: refusal.data.param == nil ? .refused : .usage
                case .shuttingDown: .unreachable
                default: .refused
                }
            case .requestTooLong: .usage
            case .timedOut, .connectionLost, .protocolViolation, .cancelled, .closed, .forked: .unreachable
            }
    }
}

extension KeywardError {
    /// A word for programs.
    fileprivate var code: String? {
        switch self {
        case .rejected(let refusal): refusal.code.rawValue
        case .timedOut: "timedOut"
        case .connectionLost: "connectionLost"
        case .protocolViolation: "protocolViolation"
        default: nil
        }
    }
}
