/// `system.backup`: writes a consistent copy of the database into the state folder's `backups`.
package enum BackUp: Method {
    package static let name = "system.backup"
    package static let contract = MethodContract(
        role: .operator, work: .read,
        summary: "Writes a consistent copy of the database into the state folder's `backups`.",
        params: [
            "name": "The file's name, a slug; made from the time if it is not given."
        ],
        errors: [.conflict, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var name: String?

        package init(name: String? = nil) {
            self.name = name
        }
    }

    package struct Result: Codable, Sendable {
        package var file: String
        package var bytes: Int
        package var sha256: String

        package init(file: String, bytes: Int, sha256: String) {
            self.file = file
            self.bytes = bytes
            self.sha256 = sha256
        }
    }
}
