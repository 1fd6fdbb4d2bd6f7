import Foundation
import KeywardTesting
import Testing

/// A new pepper, the move of used keys to it, and the removal of the old one.
struct PepperRemovalTests {
    private let daemon: TestDaemon

    init() throws { daemon = try TestDaemon() }

    private func run(_ arguments: String...) throws -> ChildEnd {
        let places = ["--state-dir", daemon.state, "--run-dir", daemon.folder.path]
        return try ChildProcess(DaemonProcess.executable, arguments + places, splitErrors: true).wait()
    }

    private var file: String { (try? String(contentsOfFile: daemon.state + "/pepper", encoding: .utf8)) ?? "" }

    /// The ids and the numbers of live keys, the current pepper first.
    private func peppers() throws -> [(id: String, keys: Int)] {
        try daemon.done("pepper.status")["peppers"].elements.map { ($0["id"].string ?? "", $0["liveKeys"].int ?? -1) }
    }

    private func addPepper() throws {
        #expect(daemon.process.stop().exit == 0)
        try daemon.folder.write(String(repeating: "cd", count: 32) + "\n" + file, to: "state/pepper")
        try daemon.startAgain()
    }

    @Test func usedKeysMoveToTheNewPepperAndTheOldOneIsRemoved() throws {
        let native = try daemon.create("native").secret
        let ended = try daemon.create("ended").secret
        try daemon.done("keys.revoke", #"{"key":"ended","reason":"unused"}"#)
        let foreign = "mycompany_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG"
        let row =
            #"{"name":"f","shortToken":"BRTRKFsL","digest":"d70d981d87b449c107327c2a2afbf00d4b58070d6ba571aac35d7ea3e7c79f37"}"#
        #expect(
            try daemon.done("keys.import", #"{"format":"seam","keys":[\#(row)]}"#)["rows"][0]["outcome"].string
                == "created")
        try addPepper()
        let old = try #require(try peppers().last?.id)
        #expect(try peppers().map(\.keys) == [0, 2])
        #expect(try run("remove-pepper", old).exit == 75)

        #expect(try daemon.verdict(native) == "valid")
        daemon.process.stop()
        let needed = try run("remove-pepper", old)
        #expect(needed.exit == 78 && needed.errors.contains("may still verify"), "\(needed)")
        try daemon.startAgain()
        #expect(try daemon.verdict(native) == "valid" && daemon.verdict(foreign) == "valid")
        #expect(try daemon.verdict(ended) == "revoked")
        // The maintenance queue stores them within a second or so.
        while try peppers().map(\.keys) != [2, 0] {}
        daemon.process.stop()

        let secret = file.split(separator: "\n").map(String.init)
        #expect(try run("remove-pepper", secret[0].prefix(8).description).exit == 78)
        let removal = try run("remove-pepper", old.uppercased())
        #expect(removal.exit == 0 && removal.output.contains("Removed the pepper \(old)"), "\(removal)")
        let lines = file.split(separator: "\n").map(String.init)
        #expect(lines.count == 2 && lines[0] == secret[0] && lines[1].hasPrefix("audit ") && lines[1].count == 70)
        #expect(!file.contains(secret[1]))
        var status = stat()
        #expect(stat(daemon.state + "/pepper", &status) == 0 && status.st_mode & 0o777 == 0o600)

        let check = try run("check")
        #expect(check.exit == 0 && check.output.contains("All is well."), "\(check)")
        try daemon.startAgain()
        #expect(daemon.process.log.contains("pepper.removed"))
        #expect(try daemon.verdict(native) == "valid" && daemon.verdict(foreign) == "valid")
        #expect(try daemon.verdict(ended) == "notFound" && daemon.status("ended") == "revoked")
        #expect(try daemon.done("audit.check")["ok"].bool == true)
        #expect(try peppers().map(\.keys) == [2])
        try daemon.restart()
        #expect(!daemon.process.log.contains("pepper.removed") && !daemon.log.contains("keys.damaged"))
    }

    @Test func aDaemonDoesNotStartWithoutAPepperThatKeysNeed() throws {
        _ = try daemon.create("native")
        let backup = try #require(try daemon.done("system.backup", #"{"name":"b.db"}"#)["file"].string)
        try addPepper()
        let old = try #require(try peppers().last?.id)
        try daemon.done("keys.revoke", #"{"key":"native","reason":"unused"}"#)
        daemon.process.stop()
        #expect(try run("remove-pepper", old).exit == 0)
        try daemon.startAgain()
        daemon.process.stop()
        // In this backup the key is not revoked.
        #expect(try run("restore", backup).exit == 0)
        let fault = #expect(throws: DaemonProcess.DidNotStart.self) { try daemon.startAgain() }
        #expect(fault?.end.exit == 78 && fault?.end.output.contains("keys still need") == true)
    }

    @Test(arguments: ["5e11c0de", "nothex00", ""])
    func aPepperThatIsNotThereIsNotRemoved(id: String) throws {
        daemon.process.stop()
        let before = file
        let end = try run("remove-pepper", id)
        #expect(end.exit == (id == "5e11c0de" ? 78 : 64) && file == before, "\(end)")
    }
}
