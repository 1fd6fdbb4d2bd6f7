/// `keys.verify`: tells whether a presented key is good, right now.
package enum VerifyKey: Method {
    package static let name = "keys.verify"
    package static let contract = MethodContract(
        reach: .everySocket, role: .operator, work: .read,
        summary: "Tells whether a presented key is good, right now.",
        params: [
            "key": "The presented secret, whole.",
            "workspace": "The workspace that it must belong to; `default` if it is not given, `*` is any.",
            "scopes": "Scopes that the key must hold, all of them, each without `*`.",
        ]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var scopes: [String]?

        package init(key: String, workspace: String? = nil, scopes: [String]? = nil) {
            self.key = key
            self.workspace = workspace
            self.scopes = scopes
        }
    }

    package typealias Result = Verification
}
