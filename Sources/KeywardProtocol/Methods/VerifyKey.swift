/// `keys.verify`: checks whether a presented key is valid now.
package enum VerifyKey: Method {
    package static let name = "keys.verify"
    package static let contract = MethodContract(
        reach: .everySocket, role: .operator, work: .read,
        summary: "Checks whether a presented key is valid now.",
        params: [
            "key": "The whole presented secret.",
            "workspace": "The workspace that it must belong to; `default` if it is not given, `*` is any.",
            "scopes": "Scopes that the key must hold, all of them, each without `*`.",
            "anyOf": "1 to 16 sets of scopes; the key must hold at least one of them whole, beside `scopes`.",
            "cost": "What is spent of the automatic limits and of the credits, 0 to 1,000,000; 1 if it is not given.",
            "limits": "Limits that are not automatic, or have another cost: at most 16, each name once.",
            "address": "The client's address, IPv4 or IPv6, without a port and without a zone.",
        ]
    )

    /// What a verification may cost.
    package static let costs = 0...1_000_000

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var scopes: [String]?
        package var anyOf: [[String]]?
        package var cost: Int?
        package var limits: [LimitCost]?
        package var address: String?

        package init(
            key: String, workspace: String? = nil, scopes: [String]? = nil, anyOf: [[String]]? = nil,
            cost: Int? = nil, limits: [LimitCost]? = nil, address: String? = nil
        ) {
            self.key = key
            self.workspace = workspace
            self.scopes = scopes
            self.anyOf = anyOf
            self.cost = cost
            self.limits = limits
            self.address = address
        }
    }

    package typealias Result = Verification
}
