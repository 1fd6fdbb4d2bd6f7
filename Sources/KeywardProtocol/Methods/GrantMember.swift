/// `members.grant`: sets what a Unix user or group may do in a workspace.
package enum GrantMember: Method {
    package static let name = "members.grant"
    package static let contract = MethodContract(
        role: .admin, work: .change,
        summary: "Sets the role of a Unix user or group in a workspace, and whether it may verify keys.",
        params: [
            "workspace": "The workspace.",
            "principal": "`user:NAME`, `group:NAME`, `uid:N` or `gid:N`.",
            "role": "`viewer`, `admin` or `none`. Without it the role stays.",
            "verifier":
                "Whether it may verify the workspace's keys. Without it this stays. `role`, `verifier` or both.",
            "confirm": "Confirms the checks of `confirmationRequired`.",
        ],
        errors: [.notFound, .confirmationRequired, .readOnly]
    )

    package struct Params: Codable, Sendable {
        package var workspace: String
        package var principal: String
        package var role: Member.Role?
        package var verifier: Bool?
        package var confirm: Bool?

        package init(
            workspace: String, principal: String, role: Member.Role? = nil, verifier: Bool? = nil, confirm: Bool? = nil
        ) {
            self.workspace = workspace
            self.principal = principal
            self.role = role
            self.verifier = verifier
            self.confirm = confirm
        }
    }

    package struct Result: Codable, Sendable {
        package var members: [Member]

        package init(members: [Member]) {
            self.members = members
        }
    }
}
