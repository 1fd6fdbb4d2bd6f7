/// `keys.get`: describes one key.
package enum GetKey: Method {
    package static let name = "keys.get"
    package static let contract = MethodContract(
        role: .viewer, work: .read,
        summary: "Describes one key.",
        params: [
            "key": "A key id, a prefix, or a name in `workspace`: of a live key, otherwise of an ended one.",
            "workspace": "The workspace; `default` if it is not given.",
        ],
        errors: [.notFound]
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
        package var predecessors: [KeyState]?
        package var lastAddresses: [LastAddress]?

        package init(key: Key, predecessors: [KeyState]? = nil, lastAddresses: [LastAddress]? = nil) {
            self.key = key
            self.predecessors = predecessors
            self.lastAddresses = lastAddresses
        }
    }
}
