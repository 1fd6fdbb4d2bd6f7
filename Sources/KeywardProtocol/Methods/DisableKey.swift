/// `keys.disable`: stops a key until it is enabled again; the expiry date does not change.
package enum DisableKey: Method {
    package static let name = "keys.disable"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Stops a key until it is enabled again; the expiry date does not change.",
        params: [
            "key": "A key id, a prefix, or a name in `workspace`.",
            "workspace": "The workspace; `default` if it is not given.",
        ],
        errors: [.notFound, .invalidState, .readOnly]
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
        package var continues: Key?

        package init(key: Key, continues: Key? = nil) {
            self.key = key
            self.continues = continues
        }
    }
}
