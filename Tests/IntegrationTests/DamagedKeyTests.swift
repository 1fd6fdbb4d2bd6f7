import KeywardTesting
import Testing

/// A key's row that differs from what the daemon wrote.
@Suite(.enabled(if: Database.canBeEdited, "needs the command sqlite3"))
struct DamagedKeyTests {
    @Test func aRowThatTheDiskChangedIsNamedInTheJournalAndByPing() throws {
        let daemon = try TestDaemon()
        let sound = try daemon.create("staging-api", #""scopes":["read"]"#)
        let damaged = try daemon.create("other-api", #""scopes":["read"]"#)
        #expect(daemon.process.stop().exit == 0)
        try Database.run(#"UPDATE keys SET scopes = '["reae"]' WHERE name = 'other-api'"#, in: daemon.state)
        try daemon.startAgain()
        #expect(daemon.process.waitForLog("event=keys.damaged"))
        let prefix = try #require(damaged.key["prefix"].string)
        let notices = try daemon.done("system.ping", onVerify: true)["notices"].elements
        #expect(notices.map { $0["code"].string } == ["keysDamaged"])
        #expect(notices.first?["message"].string?.contains(prefix) == true)
        let other = try #require(sound.key["prefix"].string)
        #expect(!daemon.process.log.contains(other))
        #expect(try daemon.done("system.ping")["state"].string == "ready")
        #expect(try daemon.verdict(sound.secret) == "valid")
    }
}
