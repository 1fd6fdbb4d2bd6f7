import Foundation
import KeywardTesting
import Testing

/// The separately stored end of the audit trail: what a start does without it, and how an operator continues.
struct TrailEndTests {
    private let daemon: TestDaemon
    private let secret: String

    init() throws {
        daemon = try TestDaemon()
        secret = try daemon.create("staging-api").secret
    }

    private var head: String { daemon.state + "/audit-head" }

    private func notices(onVerify: Bool = false) throws -> [JSON] {
        try daemon.done("system.ping", onVerify: onVerify)["notices"].elements
    }

    /// What happens to the file.
    enum Loss: String, CaseIterable {
        case missing, empty, zeroed, overwritten, short

        func happen(to path: String) throws {
            switch self {
            case .missing: unlink(path)
            case .empty: truncate(path, 0)
            case .zeroed: try Data(count: 1_024).write(to: URL(fileURLWithPath: path))
            case .overwritten: try Data(repeating: 0xEE, count: 1_024).write(to: URL(fileURLWithPath: path))
            case .short: truncate(path, 40)
            }
        }

        var code: String { self == .missing || self == .empty ? "auditHeadMissing" : "auditHeadDamaged" }
    }

    @Test(arguments: Loss.allCases)
    func entriesWithoutAKeptEndAreServedReadOnlyUntilAnOperatorAcknowledgesIt(loss: Loss) throws {
        daemon.process.kill()
        try loss.happen(to: head)
        try daemon.startAgain()
        #expect(daemon.process.waitForLog("event=audit.headMissing"))
        #expect(try daemon.verdict(secret) == "valid")
        #expect(try daemon.done("system.ping", onVerify: true)["state"].string == "readOnly")
        let notice = try #require(try notices(onVerify: true).first)
        #expect(notice["code"].string == loss.code)
        #expect(notice["remedy"].elements.compactMap(\.string) == ["audit", "acknowledge"])
        let refused = try daemon.refused("keys.create", #"{"name":"other"}"#)
        #expect(refused["data"]["code"].string == "readOnly")
        #expect(refused["data"]["remedy"].elements.compactMap(\.string) == ["audit", "acknowledge"])
        #expect(
            try daemon.refusal("keys.revoke", #"{"key":"staging-api","reason":"other","confirm":true}"#) == "readOnly")
        #expect(try daemon.done("audit.check")["ok"].bool == false)
        // A backup is possible, and a restart changes nothing.
        try daemon.done("system.backup", #"{"name":"\#(loss.rawValue)"}"#)
        try daemon.restart()
        #expect(try notices().first?["code"].string == loss.code)

        let end = try daemon.keyward("audit", "acknowledge")
        #expect(end.exit == 0 && end.errors.contains("entry 4"), "\(end.errors)")
        #expect(try notices().isEmpty)
        #expect(try daemon.done("system.ping")["state"].string == "ready")
        _ = try daemon.create("other")
        #expect(try daemon.done("audit.check")["ok"].bool == true)
        try daemon.restart()
        #expect(try notices().isEmpty)
        let entries = try daemon.done("audit.list")["entries"].elements
        #expect(entries.compactMap { $0["action"].string }.contains("audit.acknowledged"))
        #expect(daemon.log.contains("event=audit.acknowledged"))
    }

    @Test func aStateThatWasRestoredWithAnOlderDatabaseStartsAndIsWellAgainWhenItIsAcknowledged() throws {
        try daemon.done("system.backup", #"{"name":"old"}"#)
        let later = try daemon.create("later")
        #expect(daemon.process.stop().exit == 0)
        unlink(daemon.state + "/keyward.db")
        rename(daemon.state + "/backups/old", daemon.state + "/keyward.db")
        try daemon.startAgain()
        #expect(daemon.process.waitForLog("event=audit.tailMissing"))
        // It continues according to decision 0013, and reports it until an operator acknowledges it.
        _ = try daemon.create("meanwhile")
        #expect(try daemon.verdict(later.secret) == "notFound")
        #expect(try notices().first?["code"].string == "auditTailMissing")
        #expect(try daemon.done("audit.check")["ok"].bool == false)
        try daemon.restart()
        #expect(try notices().first?["code"].string == "auditTailMissing")
        #expect(try daemon.keyward("audit", "acknowledge").exit == 0)
        #expect(try daemon.keyward("audit", "check").exit == 0)
        #expect(try notices().isEmpty)
        try daemon.restart()
        #expect(try notices().isEmpty)
        let actions = try daemon.done("audit.list")["entries"].elements.compactMap { $0["action"].string }
        #expect(actions.suffix(3) == ["audit.tailMissing", "key.created", "audit.acknowledged"])
    }

    @Test func whereNothingIsMissingNothingIsAcknowledged() throws {
        let before = try daemon.done("audit.check")["entries"].int
        #expect(try daemon.done("audit.acknowledge")["entry"].isNull)
        let end = try daemon.keyward("audit", "acknowledge")
        #expect(end.exit == 0 && end.errors.contains("nothing to acknowledge"))
        #expect(try daemon.done("audit.check")["entries"].int == before)
    }

    @Test func aFirstStartThatIsKilledAtAnyMomentNeedsNobody() throws {
        let folder = try ScratchFolder()
        // The last created file shows how far the start is.
        for name in ["keyward.db", "audit-head", "journal-mark", "pepper", "keyward.db-wal"] {
            let state = folder.file("state-\(name)")
            unlink(folder.file("usage.ledger"))
            let process = try ChildProcess(
                DaemonProcess.executable, ["--run-dir", folder.path, "--state-dir", state])
            var isThere = false
            for _ in 0..<100_000_000 where !isThere { isThere = access(state + "/" + name, F_OK) == 0 }
            #expect(isThere)
            _ = process.end(by: SIGKILL)
            let again = try DaemonProcess(runFolder: folder.path, stateFolder: state)
            let ping = #"{"jsonrpc":"2.0","id":1,"method":"system.ping"}"#
            #expect(
                try JSON(LineClient(again.adminSocket).exchange(ping))["result"]["state"].string == "ready", "\(name)")
            #expect(again.stop().exit == 0)
        }
    }

    /// The log's copy of the trail.
    private func journalled(_ log: String) -> [Int] {
        log.matches(of: /auditSeq=(\d+)/).compactMap { Int($0.output.1) }
    }

    /// A daemon's log until its end, without the entries about its end.
    private func logOfAStart() throws -> String {
        #expect(daemon.process.stop().exit == 0)
        return daemon.process.log
    }

    @Test func whatWasOnDiskButNotJournalledAtAKillIsJournalledAtTheNextStart() throws {
        let mark = daemon.state + "/journal-mark"
        // When the daemon has ended, the mark covers everything written.
        try daemon.restart()
        let before = try Data(contentsOf: URL(fileURLWithPath: mark))
        let entries = try #require(try daemon.done("audit.check")["entries"].int)
        for index in 0..<3 { _ = try daemon.create("late-\(index)") }
        daemon.process.kill()
        try before.write(to: URL(fileURLWithPath: mark))
        try daemon.startAgain()
        let log = try logOfAStart()
        #expect(journalled(log) == Array(entries + 1...entries + 3))
        #expect(log.contains("key.created: late-2"))
        // It is written once.
        try daemon.startAgain()
        #expect(journalled(try logOfAStart()).isEmpty)
    }

    @Test func moreThanAThousandAreCounted() throws {
        let mark = daemon.state + "/journal-mark"
        try daemon.restart()
        let before = try Data(contentsOf: URL(fileURLWithPath: mark))
        for _ in 0..<503 {
            try daemon.done("keys.disable", #"{"key":"staging-api"}"#)
            try daemon.done("keys.enable", #"{"key":"staging-api"}"#)
        }
        daemon.process.kill()
        try before.write(to: URL(fileURLWithPath: mark))
        try daemon.startAgain()
        let log = try logOfAStart()
        #expect(log.contains("6 entries of the audit trail, up to entry 1009, were not written here"))
        #expect(journalled(log) == Array(4...1_003) + [1_009])
        try daemon.startAgain()
        #expect(journalled(try logOfAStart()).isEmpty)
    }

    @Test(arguments: ["missing", "damaged"]) func withoutAMarkNothingIsWrittenTwice(how: String) throws {
        daemon.process.kill()
        let mark = daemon.state + "/journal-mark"
        if how == "missing" { unlink(mark) } else { try Data(count: 9).write(to: URL(fileURLWithPath: mark)) }
        try daemon.startAgain()
        _ = try daemon.create("later")
        #expect(journalled(try logOfAStart()) == [4])
        try daemon.startAgain()
        #expect(journalled(try logOfAStart()).isEmpty)
    }
}
