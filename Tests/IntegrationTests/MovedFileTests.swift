import Foundation
import KeywardStore
import KeywardTesting
import Testing

/// Files that are moved away, removed or replaced under a running daemon: it stops acknowledging changes within a
/// second, and a backup saves everything.
struct MovedFileTests {
    private let daemon: TestDaemon
    private let secret: String

    init() throws {
        daemon = try TestDaemon()
        secret = try daemon.create("staging-api").secret
    }

    /// What happens to a file.
    enum Loss: String, CaseIterable {
        case removed, replaced

        func happen(to path: String) throws {
            let content = try Data(contentsOf: URL(fileURLWithPath: path))
            unlink(path)
            if self == .replaced { try content.write(to: URL(fileURLWithPath: path)) }
        }
    }

    private func expectReadOnly(_ words: String) throws {
        #expect(daemon.process.waitForLog("event=state.moved"))
        #expect(daemon.process.log.contains(words))
        #expect(try daemon.verdict(secret) == "valid")
        let ping = try daemon.done("system.ping", onVerify: true)
        #expect(ping["state"].string == "readOnly")
        #expect(ping["notices"].elements.map { $0["code"].string } == ["stateFilesMoved"])
        let refused = try daemon.refused("keys.create", #"{"name":"other"}"#)
        #expect(refused["data"]["code"].string == "readOnly" && refused["message"].string?.contains(words) == true)
        #expect(try daemon.refusal("audit.acknowledge") == "readOnly")
    }

    /// The names of the keys in a copy.
    private func keys(inCopy path: String) throws -> [String] {
        var random = SeededGenerator(seed: 1)
        let copy = try SQLiteStore(path: path, randomness: &random)
        var names: [String] = []
        try copy.loadKeys { names.append($0.row.name.string) }
        try copy.close()
        return names
    }

    @Test(arguments: ["keyward.db", "keyward.db-wal", "lock", "audit-head"], Loss.allCases)
    func aFileThatIsNotWhatItWasStopsChangesAndABackupSavesEverything(name: String, loss: Loss) throws {
        try loss.happen(to: daemon.state + "/" + name)
        try expectReadOnly("The file \(name) in the state folder was removed or replaced")
        let end = try daemon.keyward("backup", "saved")
        #expect(end.exit == 0 && end.output == daemon.state + "/backups/saved\n", "\(end.errors)")
        #expect(try keys(inCopy: daemon.state + "/backups/saved") == ["staging-api"])
        #expect(daemon.process.stop().exit == 0)
        // The copy in place of the database, and the daemon continues.
        for suffix in ["", "-wal", "-shm"] { unlink(daemon.state + "/keyward.db" + suffix) }
        rename(daemon.state + "/backups/saved", daemon.state + "/keyward.db")
        try daemon.startAgain()
        #expect(try daemon.verdict(secret) == "valid")
    }

    @Test func aStateFolderThatWasMovedIsWrittenToUntilItIsBack() throws {
        let moved = daemon.folder.file("moved")
        rename(daemon.state, moved)
        try expectReadOnly("The state folder was moved or replaced")
        let end = try daemon.keyward("backup", "saved")
        #expect(end.exit == 0 && end.output == moved + "/backups/saved\n", "\(end.errors)")
        #expect(try keys(inCopy: moved + "/backups/saved") == ["staging-api"])
        rename(moved, daemon.state)
        #expect(daemon.process.waitForLog("event=state.back"))
        #expect(try daemon.done("system.ping")["notices"].elements.isEmpty)
        _ = try daemon.create("other")
        try daemon.restart()
        #expect(try daemon.verdict(secret) == "valid")
    }

    @Test func aStateFolderWithAnotherInItsPlaceIsStillTheOneThatIsServedAndSaved() throws {
        let moved = daemon.folder.file("moved")
        rename(daemon.state, moved)
        mkdir(daemon.state, 0o700)
        try expectReadOnly("The state folder was moved or replaced")
        try daemon.done("system.backup", #"{"name":"saved"}"#)
        #expect(try keys(inCopy: moved + "/backups/saved") == ["staging-api"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: daemon.state).isEmpty)
        #expect(daemon.process.stop().exit == 0)
    }

    @Test func whatAnInterruptedBackupLeftIsRemovedAtTheStartAndNothingElse() throws {
        try daemon.done("system.backup", #"{"name":"whole.db"}"#)
        daemon.process.kill()
        for name in [".cut.db.partial", ".cut.db.partial-wal", ".cut.db.partial-journal", "mine"] {
            try daemon.folder.write("x", to: "state/backups/" + name)
        }
        try daemon.startAgain()
        let names = try FileManager.default.contentsOfDirectory(atPath: daemon.state + "/backups")
        #expect(names.sorted() == ["mine", "whole.db"])
        try daemon.done("system.backup", #"{"name":"cut.db"}"#)
        #expect(try daemon.refusal("system.backup", #"{"name":"mine"}"#) == "conflict")
        #expect(try keys(inCopy: daemon.state + "/backups/cut.db") == ["staging-api"])
    }

    /// An interrupted copy leaves nothing under its intended name.
    @Test func aBackupThatIsInterruptedNeverHasItsName() throws {
        for round in 0..<5 {
            let client = try LineClient(daemon.process.adminSocket)
            client.send(
                #"{"jsonrpc":"2.0","id":1,"method":"system.backup","params":{"name":"round-\#(round)"}}"# + "\n")
            var isBegun = false
            let folder = daemon.state + "/backups"
            for _ in 0..<10_000_000 where !isBegun {
                isBegun =
                    access("\(folder)/.round-\(round).partial", F_OK) == 0
                    || access("\(folder)/round-\(round)", F_OK) == 0
            }
            #expect(isBegun)
            try daemon.crash()
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                #expect(name.hasPrefix("round-") && !name.contains("."))
                #expect(try keys(inCopy: folder + "/" + name) == ["staging-api"])
            }
        }
    }
}
