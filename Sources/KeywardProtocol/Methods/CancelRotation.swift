/// `keys.cancelRotation`: cancels a rotation while its successor is unused.
package enum CancelRotation: Method {
    package static let name = "keys.cancelRotation"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Cancels a rotation while its successor is unused.",
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
