/// `system.reload`: reads the configuration again and applies it, like SIGHUP.
package enum Reload: Method {
    package static let name = "system.reload"
    package static let contract = MethodContract(
        role: .operator, work: .read,
        summary: "Reads the configuration again and applies it, like SIGHUP; an invalid file changes nothing, and "
            + "`problem` says what is wrong."
    )

    package typealias Params = NoParams

    package struct Result: Codable, Sendable {
        /// Whether the file that was read is in force.
        package var ok: Bool
        /// The changed members of the configuration, one string each.
        package var changed: [String]
        package var problem: String?

        package init(ok: Bool, changed: [String], problem: String? = nil) {
            self.ok = ok
            self.changed = changed
            self.problem = problem
        }
    }
}
