import Foundation
import KeywardTesting
import Testing

/// `keywardd restore`: the answers of the restored daemon, the report, and the kept files.
struct RestoreTests {
    private let daemon: TestDaemon
    private let secrets: [String: String]
    private let backup: String

    /// A stopped daemon with keys; some of them ended after the backup.
    init() throws {
        daemon = try TestDaemon()
        var secrets: [String: String] = [:]
        for name in ["revoked", "disabled", "enabled", "confirmed", "rotated", "kept"] {
            secrets[name] = try daemon.create(name).secret
        }
        try daemon.done("members.grant", #"{"workspace":"default","principal":"uid:1000","role":"viewer"}"#)
        try daemon.done("keys.rotate", #"{"key":"confirmed"}"#)
        backup = try #require(try daemon.done("system.backup", #"{"name":"b.db"}"#)["file"].string)
        try daemon.done("keys.revoke", #"{"key":"revoked","reason":"compromised"}"#)
        for name in ["disabled", "enabled"] { try daemon.done("keys.disable", #"{"key":"\#(name)"}"#) }
        try daemon.done("keys.enable", #"{"key":"enabled"}"#)
        try daemon.done("keys.confirmRotation", #"{"key":"confirmed","confirm":true}"#)
        try daemon.done("keys.rotate", #"{"key":"rotated","graceSeconds":0,"graceStarts":"now","confirm":true}"#)
        try daemon.done("members.remove", #"{"workspace":"default","principal":"uid:1000"}"#)
        secrets["later"] = try daemon.create("later").secret
        self.secrets = secrets
        daemon.process.stop()
    }

    private func run(_ arguments: String..., at place: SourceLocation = #_sourceLocation) throws -> ChildEnd {
        let places = ["--state-dir", daemon.state, "--run-dir", daemon.folder.path]
        return try ChildProcess(DaemonProcess.executable, arguments + places, splitErrors: true).wait()
    }

    private func verdicts() throws -> [String: String] {
        try daemon.startAgain()
        return try secrets.mapValues { try daemon.verdict($0) ?? "" }
    }

    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: daemon.state)) ?? []).sorted()
    }

    @Test func aWorkspaceThatWasClosedAfterTheBackupIsClosedAgain() throws {
        try daemon.startAgain()
        try daemon.done(
            "members.grant", #"{"workspace":"default","principal":"uid:4711","verifier":true,"confirm":true}"#)
        daemon.process.stop()
        let end = try run("restore", backup, "--reapply")
        #expect(end.exit == 0, "\(end)")
        #expect(try verdicts()["kept"] == "notFound")
        let members = try daemon.done("members.list", #"{"workspace":"default"}"#)["members"].elements
        #expect(members.map { $0["verifier"].bool } == [true])
    }

    @Test func whatMembersMayDoIsTakenAwayAgainButNothingIsGranted() throws {
        try daemon.startAgain()
        func grant(_ uid: Int, _ what: String) throws {
            try daemon.done(
                "members.grant", #"{"workspace":"default","principal":"uid:\#(uid)",\#(what),"confirm":true}"#)
        }
        for uid in [4_001, 4_002, 4_003] { try grant(uid, #""role":"admin""#) }
        for uid in [4_003, 4_004, 4_005] { try grant(uid, #""verifier":true"#) }
        let backup = try #require(try daemon.done("system.backup", #"{"name":"members.db"}"#)["file"].string)
        try grant(4_001, #""role":"viewer""#)
        try grant(4_002, #""role":"viewer""#)
        try grant(4_002, #""role":"admin""#)
        try grant(4_003, #""role":"none""#)
        try grant(4_004, #""verifier":false"#)
        try grant(4_006, #""role":"viewer""#)
        daemon.process.stop()
        let end = try run("restore", backup, "--reapply")
        #expect(end.exit == 0 && end.output.contains("limit uid:4001 in default to the role viewer"), "\(end)")
        try daemon.startAgain()
        let members = try daemon.done("members.list", #"{"workspace":"default"}"#)["members"].elements.map {
            "\($0["principal"].string ?? "") \($0["role"].string ?? "") \($0["verifier"].bool == true)"
        }
        #expect(
            Set(members) == [
                "uid:4001 viewer false", "uid:4002 admin false", "uid:4003 none true", "uid:4005 none true",
            ])
    }

    @Test func endsAreMadeAgainAndWhatTheBackupLacksIsListed() throws {
        let end = try run("restore", backup, "--reapply")
        #expect(end.exit == 0, "\(end)")
        for words in [
            "key.revoked  revoked", "key.created  later", "member.removed  uid:1000", "key.disabled  enabled",
        ] {
            #expect(end.output.contains(words), "\(words): \(end.output)")
        }
        #expect(!end.output.contains("REFUSED"), "\(end.output)")
        let verdicts = try verdicts()
        #expect(verdicts["kept"] == "valid" && verdicts["enabled"] == "valid", "\(verdicts)")
        #expect(verdicts["revoked"] == "revoked" && verdicts["disabled"] == "disabled", "\(verdicts)")
        #expect(verdicts["confirmed"] == "superseded" && verdicts["later"] == "notFound", "\(verdicts)")
        #expect(try daemon.done("members.list", #"{"workspace":"default"}"#)["members"].elements.isEmpty)
        // The trail records the loss, and each repeated end.
        let actions = try daemon.done("audit.list")["entries"].elements.compactMap { $0["action"].string }
        let after = actions.drop { $0 != "audit.tailMissing" }.dropFirst()
        #expect(after.contains("key.revoked") && after.contains("key.disabled") && after.contains("rotation.confirmed"))
        #expect(after.contains("member.removed") && !after.contains("key.enabled"), "\(after)")
    }

    @Test func withoutReapplyTheEndsAreToldAndTheCommandDoesThemLater() throws {
        let end = try run("restore", backup)
        #expect(end.exit == 0 && end.output.contains("run: keywardd restore \(backup) --reapply"), "\(end)")
        #expect(try verdicts()["revoked"] == "valid")
        daemon.process.stop()
        // Now the ends are known from the files replaced before.
        #expect(try run("restore", backup, "--reapply").exit == 0)
        #expect(try verdicts()["revoked"] == "revoked")
    }

    @Test func whatWasReplacedIsKept() throws {
        let end = try run("restore", backup)
        let aside = try #require(files.first { $0.hasPrefix("replaced-") })
        #expect(end.output.contains(daemon.state + "/" + aside))
        #expect(FileManager.default.fileExists(atPath: "\(daemon.state)/\(aside)/keyward.db"))
        #expect(!files.contains { $0.contains("restoring") })
        #expect(FileManager.default.fileExists(atPath: backup))
    }

    @Test func aDaemonThatRunsIsLeftAlone() throws {
        try daemon.startAgain()
        let before = files
        for arguments in [["restore", backup], ["check"]] {
            let end = try ChildProcess(
                DaemonProcess.executable, arguments + ["--state-dir", daemon.state], splitErrors: true
            ).wait()
            #expect(end.exit == 75 && end.errors.contains("pid \(daemon.process.pid)"), "\(end)")
            #expect(try run(arguments[0], backup).exit != 0)
        }
        let sweepMarks = try run("restore", backup)
        #expect(
            sweepMarks.exit == 75 && sweepMarks.errors.contains("keyward.sock") && sweepMarks.output.isEmpty,
            "\(sweepMarks)")
        #expect(files == before)
        #expect(try daemon.verdict(try #require(secrets["kept"])) == "valid")
    }

    @Test func aBackupThatIsNotWholeChangesNothing() throws {
        let bad = daemon.folder.file("bad.db")
        let whole = try Data(contentsOf: URL(fileURLWithPath: backup))
        let digits = Data("0123456789abcdef".utf8)
        var changed = whole
        // A word of an audit entry.
        let place = try #require(whole.range(of: Data("key.created".utf8)))
        changed.replaceSubrange(place, with: Data("key.updated".utf8))
        for (content, words) in [
            (Data(whole.prefix(whole.count / 2)), "not restored"), (changed, "does not match its hash"),
            (digits, "not restored"), (Data(), "not restored"),
        ] {
            try content.write(to: URL(fileURLWithPath: bad))
            let before = files
            let end = try run("restore", bad)
            #expect(end.exit == 78 && end.errors.contains(words), "\(words): \(end)")
            #expect(end.errors.contains("nothing was changed"))
            #expect(files == before)
        }
        #expect(try run("restore", daemon.folder.file("none.db")).exit == 78)
        #expect(try verdicts()["revoked"] == "revoked")
    }

    @Test func aBackupOfAnotherPepperChangesNothing() throws {
        let other = try TestDaemon()
        let file = try #require(try other.done("system.backup", #"{"name":"o.db"}"#)["file"].string)
        let end = try run("restore", file)
        #expect(end.exit == 78 && end.errors.contains("pepper is not the one"), "\(end)")
        #expect(try verdicts()["kept"] == "valid")
    }

    @Test func aCheckFindsNothingInAGoodStateAndNamesWhatIsWrongInABadOne() throws {
        let good = try run("check")
        #expect(good.exit == 0 && good.output.hasSuffix("All is well.\n"), "\(good)")
        #expect(good.output.contains("usage.ledger belongs to this database"), "\(good.output)")
        let path = daemon.state + "/keyward.db"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("key.created".utf8)))
        bytes.replaceSubrange(place, with: Data("key.updated".utf8))
        try bytes.write(to: URL(fileURLWithPath: path))
        let bad = try run("check")
        #expect(bad.exit == 1 && bad.output.contains("Problem: Audit trail: Entry"), "\(bad)")
        unlink(daemon.state + "/audit-head")
        #expect(try run("check").output.contains("audit-head is missing"))
    }

    @Test func theConfigurationIsComparedWithThePlansOfANamedState() throws {
        let file = daemon.folder.file("k.yaml")
        try "defaultPlan: gold\nplans: {gold: {apiAccess: true}}\n".write(
            toFile: file, atomically: true, encoding: .utf8)
        let arguments = ["--check-config", "--config", file]
        let alone = try ChildProcess(DaemonProcess.executable, arguments, splitErrors: true).wait()
        #expect(alone.exit == 0, "\(alone)")
        for isRunning in [false, true] {
            if isRunning { try daemon.startAgain() }
            let end = try ChildProcess(
                DaemonProcess.executable, arguments + ["--state-dir", daemon.state], splitErrors: true
            ).wait()
            #expect(end.exit == 78 && end.errors.contains("lacks: standard"), "\(end)")
            #expect(!end.errors.contains("daemon.failed"))
        }
    }
}
