/// `keys.enable`: lets a disabled key verify again.
package enum EnableKey: Method {
    package static let name = "keys.enable"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Lets a disabled key verify again.",
        params: [
            "key": "A key id, a prefix, or a name in `workspace`.",
            "workspace": "The workspace; `default` if it is not given.",
        ],
        errors: [.notFound, .upgradeRequired, .limitExceeded, .invalidState, .policyViolation, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?

        package init(key: String, workspace: String? = nil) {
            self.key = key
            self.workspace = workspace
        }
    }

    package struct Result: Codable, Sendable {
        package var key: Key

        package init(key: Key) {
            self.key = key
        }
    }
}
