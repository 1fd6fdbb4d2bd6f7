import Glibc
import KeywardTesting
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    /// `keyward web add` and its relatives, as far as they change nothing on this host.
    @Suite struct TeamTests {
        @Test(arguments: ["anna", "Anna.Berg+keys@example.com", "a", "0-1_2", String(repeating: "a", count: 64)])
        func `A name that nginx can match exactly is a person`(text: String) throws {
            let person = try #require(PersonName(text))
            var people = PeopleMap()
            people[person] = 997
            #expect(PeopleMap(people.text)[person] == 997)
        }

        @Test(arguments: [
            "", "~anna", "~*anna", "-a", "@a", ".a", "a:b", "a b", "a;b", "a{", "a}", "a\"b", "a'b", "a\\b", "$a",
            "a$", "a#b", "a*", "a(b", "a|b", "a^b", "a[b]", "a,b", "a/b", "a\nb", "äöü", "default;", "a\u{0}b",
            String(repeating: "a", count: 65),
        ])
        func `A name with characters that nginx or passwd would misread is refused`(text: String) {
            #expect(PersonName(text) == nil)
            let run = CommandRun(["web", "add", "--role", "admin", "--host", "keys.example.com", "--", text])
            #expect(run.status == .usage && run.errors.contains("beginning with a letter or a digit"))
        }

        @Test func `The map has a regular expression for each person, in order`() throws {
            var people = PeopleMap()
            people[try #require(PersonName("max"))] = 998
            people[try #require(PersonName("anna.b@example.com"))] = 997
            people[try #require(PersonName("default"))] = 996
            let lines = people.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            #expect(
                lines == [
                    #""~^anna[.]b@example[.]com\z" /run/keyward-web/997.sock;"#,
                    #""~^default\z" /run/keyward-web/996.sock;"#, #""~^max\z" /run/keyward-web/998.sock;"#,
                ])
        }

        @Test func `A person and an account are in the map once`() throws {
            let (anna, max) = (try #require(PersonName("anna")), try #require(PersonName("max")))
            var people = PeopleMap()
            people[anna] = 997
            people[anna] = 998
            #expect(people.people.count == 1 && people[anna] == 998)
            people[max] = 998
            #expect(people.people.count == 1 && people[anna] == nil)
            people[max] = nil
            #expect(people.people.isEmpty && people == PeopleMap())
        }

        @Test(arguments: [
            "anna /run/keyward-web/997.sock;", "\"~^anna\\z\" /run/other/997.sock;",
            "\"~^anna\\z\" /run/keyward-web/x.sock;",
            "\"~^anna\" /run/keyward-web/997.sock;", "\"~^\\z\" /run/keyward-web/997.sock;", "default \"\";",
            "include x;",
        ])
        func `Lines of another form are no people`(line: String) {
            #expect(PeopleMap(line + "\n").people.isEmpty)
        }

        @Test func `The accounts of people are those with the name and a person in the comment`() {
            let text = """
                root:x:0:0:root:/root:/bin/bash
                kw-web-1:x:997:997:anna@example.com:/nonexistent:/usr/sbin/nologin
                kw-web-12:x:996:996:max,,,:/nonexistent:/usr/sbin/nologin
                kw-web-01:x:995:995:eve:/nonexistent:/usr/sbin/nologin
                kw-web-:x:994:994:eve:/nonexistent:/usr/sbin/nologin
                kw-web-3:x:993:993:two words:/nonexistent:/usr/sbin/nologin
                kw-web-x:x:992:992:eve:/nonexistent:/usr/sbin/nologin
                """
            let accounts = TeamAccount.all(in: text)
            #expect(accounts.map(\.name) == ["kw-web-1", "kw-web-12"])
            #expect(accounts.map(\.uid) == [997, 996])
            #expect(accounts.map(\.person.text) == ["anna@example.com", "max"])
            #expect(TeamAccount.nextName(in: text) == "kw-web-13")
            #expect(TeamAccount.nextName(in: "") == "kw-web-1")
        }

        @Test func `The file of the site is read as it was written`() throws {
            let address = try #require(SiteFile("KEYWARD_WEB_ORIGIN=https://keys.example.com\n")).address
            let site = SiteFile(address: address, path: "/admin/keys")
            #expect(SiteFile(site.text) == site && site.url == "https://keys.example.com/admin/keys")
            #expect(SiteFile("KEYWARD_WEB_ORIGIN=\"https://keys.example.com\"\n")?.path == "/settings/api-access")
            #expect(SiteFile("") == nil && SiteFile("KEYWARD_WEB_ORIGIN=keys.example.com") == nil)
            #expect(SiteFile("#KEYWARD_WEB_ORIGIN=https://keys.example.com") == nil)
        }

        @Test func `The secret of the proxy is written once, for root alone`() throws {
            let folder = try ScratchFolder()
            let path = TeamFolder(path: folder.path).proxy
            try ProxySecretFile.make(at: path)
            let text = try TeamFolder.read(path)
            let line = try #require(text.split(separator: "\n").last)
            #expect(line.hasPrefix("proxy_set_header X-Keyward-Proxy ") && line.count == 33 + 64 + 1)
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            try ProxySecretFile.make(at: path)
            #expect(try TeamFolder.read(path) == text)
        }

        @Test(arguments: [
            ("user www-data;\nworker_processes auto;", "www-data"), ("# user x;\n\tuser\tnginx nginx;", "nginx"),
            ("worker_processes 1;", nil), ("", nil),
        ])
        func `The account of nginx is the one of its configuration`(text: String, account: String?) {
            #expect(WebServer.account(in: text) == account)
        }

        @Test func `A fault of nginx is shown in its own words`() {
            let output =
                "# configuration file /etc/nginx/nginx.conf:\nnginx: [emerg] unknown directive\nnginx: test failed"
            #expect(WebServer.fault(in: output) == "nginx: [emerg] unknown directive")
            #expect(WebServer.State.faulty("nginx: [emerg] x").advice?.contains("systemctl reload nginx") == true)
            #expect(WebServer.State.reloaded.advice == nil)
        }

        @Test func `Steps are undone in reverse, and a failure does not stop the others`() {
            var done: [Int] = []
            var undo = UndoSteps()
            undo.add { done.append(1) }
            undo.add { throw Failure.refused("no") }
            undo.add { done.append(3) }
            undo.run()
            #expect(done == [3, 1])
        }

        @Test func `A program of the system is run, and its fault is reported`() throws {
            #expect(try SystemProgram.check("id", ["-u", "root"]) == "0\n")
            #expect(throws: Failure.self) { try SystemProgram.check("no-such-program", []) }
            let failure = #expect(throws: Failure.self) { try SystemProgram.check("id", ["no-such-account"]) }
            #expect(failure?.message?.contains("no such user") == true)
        }

        @Test func `Without a subcommand the options are those of the screen on this machine`() throws {
            let command = try Keyward.parseAsRoot(["web", "--idle", "8h", "--read-only", "-w", "acme"])
            let open = try #require(command as? WebOpen)
            #expect(open.arguments == ["--idle=8h", "--workspace=acme", "--read-only"])
            let list = try #require(try Keyward.parseAsRoot(["web", "list", "--socket", "/x"]) as? WebList)
            #expect(list.common.socket == "/x")
        }

        @Test func `Without people the list says how to add one`() throws {
            let daemon = ScriptedDaemon { _ in .result(#"{"workspaces":[]}"#) }
            let run = CommandRun(["web", "list"], daemon: daemon)
            #expect(run.status == .done && run.errors.contains("keyward web add PERSON --role admin"))
        }
    }
}
