/// `keys.usage`: returns how often a key was verified and refused, over time, by account and code.
package enum GetUsage: Method {
    package static let name = "keys.usage"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Returns how often a key was verified and refused, over time, by account and reason.",
        params: [
            "key": "A key id or a prefix; or a name in `workspace`, for all keys that its rotations created.",
            "workspace": "The workspace; `default` if it is not given.",
            "from": "The first instant that counts; 30 days ago if it is not given.",
            "to": "The first instant that no longer counts; now if it is not given.",
            "bucket": "`hour` or `day` (the default).",
        ],
        errors: [.notFound]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var from: Timestamp?
        package var to: Timestamp?
        package var bucket: UsageResolution?

        package init(
            key: String, workspace: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil,
            bucket: UsageResolution? = nil
        ) {
            self.key = key
            self.workspace = workspace
            self.from = from
            self.to = to
            self.bucket = bucket
        }
    }

    package struct Result: Codable, Sendable {
        package var buckets: [UsageBucket]
        package var byPeer: [PeerUsage]
        package var keys: [KeyState]?
        /// `nil` from a daemon that does not send it; so are the next three.
        package var refusals: [RefusalUsage]?
        package var lastRefusedAt: Timestamp?
        package var lastRefusedBy: Account?
        package var lastRefusedCode: Verification.Code?

        package init(
            buckets: [UsageBucket], byPeer: [PeerUsage], keys: [KeyState]? = nil, refusals: [RefusalUsage] = [],
            lastRefusedAt: Timestamp? = nil, lastRefusedBy: Account? = nil, lastRefusedCode: Verification.Code? = nil
        ) {
            self.buckets = buckets
            self.byPeer = byPeer
            self.keys = keys
            self.refusals = refusals
            self.lastRefusedAt = lastRefusedAt
            self.lastRefusedBy = lastRefusedBy
            self.lastRefusedCode = lastRefusedCode
        }
    }

    /// The width of a bucket.
    package struct UsageResolution: Word {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let hour = UsageResolution(rawValue: "hour")
        package static let day = UsageResolution(rawValue: "day")
        package static let known: [UsageResolution] = [.hour, .day]
    }
}
