internal import KeywardClient

/// The end of the command, for programs (protocol.md, Command line).
enum Outcome: Int32, Sendable {
    case done = 0
    case refused = 1
    case unreachable = 2
    case usage = 3
    case permissionDenied = 4
    case notValid = 5
    case unconfirmed = 6
}

/// Why a command did not do what it was asked for, with the remedy.
struct Failure: Error, Sendable {
    var status: Outcome
    /// Sentences for people; `nil` when everything was said already.
    var message: String?

    /// The arguments, or a file that they name, cannot be used.
    static func usage(_ message: String) -> Failure {
        Failure(status: .usage, message: message)
    }

    /// The output could not be written.
    static func output(_ reason: String) -> Failure {
        Failure(status: .refused, message: "The output could not be written: \(reason).")
    }

    /// Ends the command without another word.
    static func silent(_ status: Outcome) -> Failure {
        Failure(status: status, message: nil)
    }
}

extension Failure {
    /// What went wrong with a call, and the command that mends it where there is one.
    init(_ error: KeywardError, _ commands: CommandText) {
        self.init(status: Outcome(error), message: error.description)
        guard case .rejected(let refusal) = error else { return }
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
                default: .refused
                }
            case .requestTooLong: .usage
            case .timedOut, .connectionLost, .protocolViolation, .cancelled, .closed, .forked: .unreachable
            }
    }
}
