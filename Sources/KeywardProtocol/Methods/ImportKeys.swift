/// `keys.import`: imports keys that another issuer made. A row that is refused does not keep others from being imported.
package enum ImportKeys: Method {
    package static let name = "keys.import"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Imports keys that another issuer made. A repeated call changes nothing.",
        params: [
            "workspace": "The workspace; `default` if it is not given.",
            "format": "`secret`: each key has its `secret`; `sha256` or `seam`: it has a `digest`.",
            "keys":
                "1 to 10,000 keys, each with the members of `keys.create` but `workspace`, `requestId` and `canary`.",
            "dryRun": "Answers what the call would do, and changes nothing.",
        ],
        errors: [.notFound, .upgradeRequired, .readOnly]
    )

    /// The number of keys in a call.
    package static let counts = 1...10_000

    package struct Params: Codable, Sendable {
        package var workspace: String?
        package var format: ImportForm
        package var keys: [ForeignKey]
        package var dryRun: Bool?

        package init(workspace: String? = nil, format: ImportForm, keys: [ForeignKey], dryRun: Bool? = nil) {
            self.workspace = workspace
            self.format = format
            self.keys = keys
            self.dryRun = dryRun
        }
    }

    package struct Result: Codable, Sendable {
        /// One for each of `keys`, in their order.
        package var rows: [ImportedRow]

        package init(rows: [ImportedRow]) {
            self.rows = rows
        }
    }
}
