/// `keys.create`: creates a key; only this reply contains its secret.
package enum CreateKey: Method {
    package static let name = "keys.create"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Creates a key; its secret is in the reply, once, and nowhere else.",
        params: [
            "name": "A slug that tells purpose and environment, unique among the workspace's live keys.",
            "workspace": "The workspace; `default` if it is not given.",
            "expiresAt": "The first instant at which the key no longer verifies.",
            "owner": "The technical owner.",
            "purpose": "What the key is for.",
            "scopes": "What it may be used for; at most 64; a final `*` matches any ending.",
            "metadata": "An object of your own, at most 4 KiB, stored unchanged.",
            "limits": "At most 8 limits of its own; those of the plan if it is absent or `null`, none if it is empty.",
            "credits": "A balance of its own (`remaining`), and its `refill`.",
            "budget": "A budget that it draws on; then it has no limits and credits of its own.",
            "requestId": "Makes a repeated call a `conflict` instead of a second key; remembered for 30 days.",
            "addresses":
                "1 to 32 blocks of addresses, such as `10.0.0.0/8`: it verifies for clients in one of them alone.",
            "canary": "Creates a key that nobody should ever use. Presenting it raises an alarm.",
        ],
        errors: [.notFound, .upgradeRequired, .conflict, .limitExceeded, .policyViolation, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var name: String
        package var workspace: String?
        package var expiresAt: Timestamp?
        package var owner: Owner?
        package var purpose: String?
        package var scopes: [String]?
        package var metadata: JSONText?
        package var limits: [LimitTerms]?
        package var credits: CreditTerms?
        package var budget: String?
        package var requestId: String?
        package var addresses: [String]?
        package var canary: Bool?

        package init(
            name: String, workspace: String? = nil, expiresAt: Timestamp? = nil, owner: Owner? = nil,
            purpose: String? = nil, scopes: [String]? = nil, metadata: JSONText? = nil, limits: [LimitTerms]? = nil,
            credits: CreditTerms? = nil, budget: String? = nil, requestId: String? = nil, addresses: [String]? = nil,
            canary: Bool? = nil
        ) {
            self.name = name
            self.workspace = workspace
            self.expiresAt = expiresAt
            self.owner = owner
            self.purpose = purpose
            self.scopes = scopes
            self.metadata = metadata
            self.limits = limits
            self.credits = credits
            self.budget = budget
            self.requestId = requestId
            self.addresses = addresses
            self.canary = canary
        }
    }

    package struct Result: Codable, Sendable {
        package var key: Key
        package var secret: String
        package var warnings: [Warning]

        package init(key: Key, secret: String, warnings: [Warning]) {
            self.key = key
            self.secret = secret
            self.warnings = warnings
        }
    }
}
