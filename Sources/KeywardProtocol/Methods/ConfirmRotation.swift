/// `keys.confirmRotation`: ends a rotation: the predecessor is superseded at once.
package enum ConfirmRotation: Method {
    package static let name = "keys.confirmRotation"
    package static let contract = MethodContract(
        role: .ownerOrAdmin, work: .change,
        summary: "Ends a rotation: the predecessor is superseded at once.",
        params: [
            "key": "A key id, a prefix, or a name in `workspace`.",
            "workspace": "The workspace; `default` if it is not given.",
            "confirm": "Confirms the checks of `confirmationRequired`.",
        ],
        errors: [.notFound, .invalidState, .confirmationRequired, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var key: String
        package var workspace: String?
        package var confirm: Bool?

        package init(key: String, workspace: String? = nil, confirm: Bool? = nil) {
            self.key = key
            self.workspace = workspace
            self.confirm = confirm
        }
    }

    package struct Result: Codable, Sendable {
        package var key: Key

        package init(key: Key) {
            self.key = key
        }
    }
}
