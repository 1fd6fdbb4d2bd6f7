/// Makes and retires the accounts of a team.
enum AccountCommands {
    /// The group that can connect to the daemon.
    private static let clients = "keyward"
    /// The group that can connect to the screens.
    private static let proxies = "keyward-web"
    private static let file = "/etc/passwd"

    /// The accounts of people, also of those who were removed.
    static func all() throws(Failure) -> [TeamAccount] {
        TeamAccount.all(in: try TeamFolder.read(file))
    }

    /// Makes an account that nobody can log in to.
    static func make(for person: PersonName) throws(Failure) -> TeamAccount {
        let name = TeamAccount.nextName(in: try TeamFolder.read(file))
        try SystemProgram.check(
            "useradd",
            [
                "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell",
                "/usr/sbin/nologin", "--comment", person.text, "--groups", clients, name,
            ])
        guard let account = try all().first(where: { $0.name == name }) else {
            throw .refused("useradd made no account \(name) in \(file).")
        }
        return account
    }

    /// Undoes ``make(for:)``, before the account was used.
    static func delete(_ account: TeamAccount) throws(Failure) {
        try SystemProgram.check("userdel", [account.name])
    }

    /// Lets an account that was retired connect to the daemon again.
    static func restore(_ account: TeamAccount) throws(Failure) {
        try SystemProgram.check("usermod", ["--expiredate", "", "--groups", clients, account.name])
    }

    /// Takes an account out of its groups. It stays, so that its uid and name are not used again.
    static func retire(_ account: TeamAccount) throws(Failure) {
        try SystemProgram.check("usermod", ["--expiredate", "1", "--groups", "", account.name])
    }

    /// Lets the workers of the web server connect to the screens.
    static func admitWebServer() throws(Failure) {
        let account = try WebServer.account()
        guard try SystemProgram.run("id", [account]).status == 0 else { return }
        try SystemProgram.check("usermod", ["--append", "--groups", proxies, account])
    }
}
