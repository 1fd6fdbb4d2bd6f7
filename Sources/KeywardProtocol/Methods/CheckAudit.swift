/// `audit.check`: recomputes the audit chain and compares its head with the one kept beside the pepper.
package enum CheckAudit: Method {
    package static let name = "audit.check"
    package static let contract = MethodContract(
        role: .operator, work: .read,
        summary: "Recomputes the audit chain and compares its head with the file `audit-head`."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        package var ok: Bool
        package var entries: Int
        package var head: String
        package var problem: String?

        package init(ok: Bool, entries: Int, head: String, problem: String? = nil) {
            self.ok = ok
            self.entries = entries
            self.head = head
            self.problem = problem
        }
    }
}
