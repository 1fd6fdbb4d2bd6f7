internal import KeywardClient

/// Takes a person's screen away, with the account's roles.
struct TeamRemoval {
    let session: Session
    let folder: TeamFolder
    let person: PersonName

    struct Outcome: Sendable {
        var account: TeamAccount
        /// The workspaces in which the account had a role.
        var workspaces: [String]
        var webServer: WebServer.State
    }

    /// The screen ends first, so that a failure later leaves the person without access. A repeat does the rest.
    func run() throws -> Outcome {
        try folder.locked {
            guard let account = try AccountCommands.all().first(where: { $0.person == person }) else {
                throw Failure.refused("\(person.text) has no screen. To list those who have, run: keyward web list")
            }
            try ConsoleUnits.disable(account.uid)
            try AccountCommands.retire(account)
            var people = PeopleMap(try TeamFolder.read(folder.people))
            if people[person] != nil {
                people[person] = nil
                try TeamFolder.replace(folder.people, with: people.text, mode: 0o644)
            }
            let webServer = try WebServer.reload(folder.people)
            return Outcome(account: account, workspaces: try removeRoles(of: account), webServer: webServer)
        }
    }

    private func removeRoles(of account: TeamAccount) throws -> [String] {
        let roles = try TeamRoles(session)[account]
        for role in roles {
            let params = RemoveMember.Params(workspace: role.workspace, principal: account.principal)
            _ = try session.call(RemoveMember.self, params)
        }
        return roles.map(\.workspace)
    }
}
