package import KeywardCore
import KeywardProtocol

extension Refusal {
    /// The text for people.
    package func message(accounts: any AccountDirectory) -> String { error(accounts: accounts).message }

    /// The error reply.
    func error(accounts: any AccountDirectory) -> RPCError {
        switch self {
        case .invalidParam(let fault):
            RPCError(.invalidParams, fault.message, data: RPCError.Facts(param: fault.param))
        case .permissionDenied(let denial):
            RPCError(.permissionDenied, denial.message, data: RPCError.Facts(remedy: denial.remedy))
        case .notFound(let missing):
            RPCError(.notFound, missing.message, data: RPCError.Facts(remedy: missing.remedy))
        case .upgradeRequired(let plan, let url):
            RPCError(
                .upgradeRequired,
                "Upgrade required: API access is not included in the plan \(plan)." + (url.map { " See \($0)" } ?? ""),
                data: RPCError.Facts(plan: plan, upgradeURL: url))
        case .conflict(let conflict, let keyID):
            RPCError(.conflict, conflict.message, data: RPCError.Facts(param: conflict.param, keyId: keyID))
        case .confirmationRequired(let checks):
            RPCError(
                .confirmationRequired,
                checks.map { $0.message(accounts) }.joined(separator: " ")
                    + " To confirm, repeat the call with confirm: true.",
                data: RPCError.Facts(checks: checks.map { $0.check(accounts) }))
        case .limitExceeded(let limit):
            RPCError(.limitExceeded, limit.message, data: RPCError.Facts(limit: limit.number))
        case .invalidState(let fault, let status):
            RPCError(
                .invalidState, fault.message(status),
                data: RPCError.Facts(status: Key.Status(status), keys: fault.keys?.map { KeyState($0) }))
        case .invalidClock(let shown):
            RPCError(
                .invalidState,
                "The wall clock shows \(Timestamp(shown)), and Keyward is newer than that. Set the clock right.")
        case .readOnly(let reason): RPCError(.readOnly, reason.message)
        case .barred(let bar): bar.error
        case .policyViolation(let rule, let param):
            RPCError(.policyViolation, rule.message, data: RPCError.Facts(param: param))
        case .notInABatch:
            RPCError(
                .invalidRequest, "A subscription must be asked for by a request of its own, not within a batch.")
        case .shuttingDown: .shuttingDown
        case .timedOut(let dependency):
            RPCError(.internalError, dependency.message, data: RPCError.Facts(reason: dependency.rawValue))
        case .failed(let failure, _): RPCError(.internalError, failure.message)
        }
    }
}

extension RPCError {
    static let shuttingDown = RPCError(.shuttingDown, "The daemon is shutting down. Connect again and repeat the call.")
}
