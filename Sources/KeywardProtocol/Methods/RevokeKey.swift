/// `keys.revoke`: revokes a key permanently; the next verification refuses it.
package enum RevokeKey: Method {
    package static let name = "keys.revoke"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Revokes a key permanently; the next verification is refused.",
        params: [
            "key": "A key id, a prefix, or a name in `workspace`.",
            "workspace": "The workspace; `default` if it is not given.",
            "reason": "The reason for the revocation.",
            "note": "A note on the reason, at most 500 characters.",
            "confirm": "Confirms the checks of `confirmationRequired`.",
        ],
        errors: [.notFound, .invalidState, .confirmationRequired, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var reason: Key.Revocation.Reason
        package var note: String?
        package var confirm: Bool?

        package init(
            key: String, workspace: String? = nil, reason: Key.Revocation.Reason, note: String? = nil,
            confirm: Bool? = nil
        ) {
            self.key = key
            self.workspace = workspace
            self.reason = reason
            self.note = note
            self.confirm = confirm
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
