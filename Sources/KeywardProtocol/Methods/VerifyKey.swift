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
        ]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var scopes: [String]?
        package var anyOf: [[String]]?

        package init(
            key: String, workspace: String? = nil, scopes: [String]? = nil, anyOf: [[String]]? = nil
        ) {
            self.key = key
            self.workspace = workspace
            self.scopes = scopes
            self.anyOf = anyOf
        }
    }

    package typealias Result = Verification
}
