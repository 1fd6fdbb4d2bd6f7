/// `workspaces.list`: lists the workspaces that the caller is a member of; operators see all.
package enum ListWorkspaces: Method {
    package static let name = "workspaces.list"
    package static let contract = MethodContract(
        role: .member, work: .read,
        summary:
            "Lists the workspaces that the caller is a member of; operators see all, and the plans of the catalogue.",
        params: CountParams.descriptions
    )

    package typealias Params = CountParams

    package struct Result: Codable, Sendable {
        package var workspaces: [Workspace]
        /// The names of the catalogue's plans, for operators.
        package var plans: [String]?

        package init(workspaces: [Workspace], plans: [String]? = nil) {
            self.workspaces = workspaces
            self.plans = plans
        }
    }
}
