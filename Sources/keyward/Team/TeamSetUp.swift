internal import KeywardBase
internal import KeywardClient

/// Gives a person a screen: the account, its units, the line in nginx's map, and the role.
struct TeamSetUp {
    let session: Session
    let folder: TeamFolder
    let person: PersonName
    let workspace: String
    let role: Member.Role
    /// Where the site is, if it was given; it must not contradict the file.
    var host: SiteAddress?
    var path: String?

    struct Outcome: Sendable {
        var account: TeamAccount
        var site: SiteFile
        var webServer: WebServer.State
    }

    /// Does what is missing. If a step fails, the steps before it are undone.
    func run() throws -> Outcome {
        // Before anything is made: whether the daemon answers, and whether the workspace exists.
        _ = try session.call(GetWorkspace.self, GetWorkspace.Params(workspace: workspace))
        let made = try folder.locked {
            let site = try chosenSite()
            var undo = UndoSteps()
            do {
                let account = try makeAccount(&undo)
                try makeFiles(site)
                try makeScreen(for: account, &undo)
                let params = GrantMember.Params(workspace: workspace, principal: account.principal, role: role)
                _ = try session.call(GrantMember.self, params)
                return (account, site)
            } catch {
                undo.run()
                throw error
            }
        }
        return Outcome(account: made.0, site: made.1, webServer: try WebServer.reload(folder.people))
    }

    /// The site of the file, or the given one for a new file.
    private func chosenSite() throws -> SiteFile {
        guard let site = SiteFile(try TeamFolder.read(folder.site)) else {
            guard let host else {
                throw Failure.usage(
                    "The host name of the site is not known yet. Give it once, for example: --host keys.example.com")
            }
            return SiteFile(address: host, path: path ?? SiteFile.defaultPath)
        }
        guard host == nil || host == site.address, path == nil || path == site.path else {
            throw Failure.usage(
                """
                The screen is at \(site.url) already. To move it, edit \(folder.site).
                Then run: systemctl stop 'keyward-web@*.service'
                """)
        }
        return site
    }

    private func makeAccount(_ undo: inout UndoSteps) throws -> TeamAccount {
        let isListed = PeopleMap(try TeamFolder.read(folder.people))[person] != nil
        if let account = try AccountCommands.all().first(where: { $0.person == person }) {
            try AccountCommands.restore(account)
            if !isListed { undo.add { try AccountCommands.retire(account) } }
            return account
        }
        let account = try AccountCommands.make(for: person)
        undo.add { try AccountCommands.delete(account) }
        return account
    }

    private func makeFiles(_ site: SiteFile) throws {
        try ProxySecretFile.make(at: folder.proxy)
        if try SiteFile(TeamFolder.read(folder.site)) == nil {
            try TeamFolder.replace(folder.site, with: site.text, mode: 0o644)
        }
        try AccountCommands.admitWebServer()
    }

    private func makeScreen(for account: TeamAccount, _ undo: inout UndoSteps) throws {
        let before = PeopleMap(try TeamFolder.read(folder.people))
        if before[person] != account.uid {
            undo.add { try ConsoleUnits.disable(account.uid) }
            undo.add { try TeamFolder.replace(folder.people, with: before.text, mode: 0o644) }
        }
        try ConsoleUnits.enable(account.uid)
        var people = before
        people[person] = account.uid
        if people != before { try TeamFolder.replace(folder.people, with: people.text, mode: 0o644) }
    }
}

extension TeamAccount {
    /// The account as a member of a workspace.
    var principal: String { "user:\(name)" }
}
