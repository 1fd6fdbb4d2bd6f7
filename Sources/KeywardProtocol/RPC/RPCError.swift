/// An error reply of JSON-RPC 2.0, §5.1: Keyward could not do the call.
public struct RPCError: Error, Hashable, Sendable {
    /// What went wrong, for programs.
    public var code: Code
    /// What went wrong and what to do, for people.
    public var message: String
    /// The other members of `data`.
    public var data: Facts

    public init(_ code: Code, _ message: String, data: Facts = Facts()) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// The members of `data` besides `code`; they never contain the value of a parameter.
    public struct Facts: Codable, Hashable, Sendable {
        /// The parameter at fault; with `conflict`, the one whose value was used before.
        public var param: String?
        /// The workspace's plan.
        public var plan: String?
        /// Where to upgrade it.
        public var upgradeURL: String?
        /// The key that has the name, or that the `requestId` created.
        public var keyId: String?
        /// The status that does not allow it.
        public var status: Key.Status?
        /// The keys that the name may mean, the predecessor first.
        public var keys: [KeyState]?
        /// The checks that `confirm: true` confirms.
        public var checks: [Check]?
        /// The limit that was reached.
        public var limit: Int?
        /// The arguments of the `keyward` command that fixes the problem, without `--socket`. Without `--workspace`, it
        /// is for the request's workspace.
        public var remedy: [String]?
        /// What did not answer in time: `nameService` or `store`.
        public var reason: String?

        public init(
            param: String? = nil, plan: String? = nil, upgradeURL: String? = nil, keyId: String? = nil,
            status: Key.Status? = nil, keys: [KeyState]? = nil, checks: [Check]? = nil, limit: Int? = nil,
            remedy: [String]? = nil, reason: String? = nil
        ) {
            self.param = param
            self.plan = plan
            self.upgradeURL = upgradeURL
            self.keyId = keyId
            self.status = status
            self.keys = keys
            self.checks = checks
            self.limit = limit
            self.remedy = remedy
            self.reason = reason
        }
    }

    /// The symbolic codes, each with its number.
    public enum Code: String, CaseIterable, Codable, Sendable {
        case parseError, invalidRequest, lineTooLong, batchTooLarge, methodNotFound, invalidParams, internalError
        case permissionDenied, notFound, upgradeRequired, conflict, confirmationRequired, limitExceeded
        case invalidState, readOnly, policyViolation, shuttingDown

        /// The JSON-RPC error code.
        public var number: Int {
            switch self {
            case .parseError: -32700
            case .invalidRequest, .lineTooLong, .batchTooLarge: -32600
            case .methodNotFound: -32601
            case .invalidParams: -32602
            case .internalError: -32603
            case .permissionDenied: -32001
            case .notFound: -32002
            case .upgradeRequired: -32003
            case .conflict: -32004
            case .confirmationRequired: -32005
            case .limitExceeded: -32006
            case .invalidState: -32007
            case .readOnly: -32008
            case .policyViolation: -32009
            case .shuttingDown: -32010
            }
        }
    }
}
