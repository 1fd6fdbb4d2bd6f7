import Foundation
import Testing

/// The command and the two keys of a rotation.
struct RotationCommandTests {
    private let daemon: TestDaemon
    private let (old, new): (String, String)

    init() throws {
        daemon = try TestDaemon()
        _ = try daemon.create("pay")
        let rotation = try daemon.done("keys.rotate", #"{"key":"pay"}"#)
        old = try #require(rotation["retiring"]["prefix"].string)
        new = try #require(rotation["key"]["prefix"].string)
    }

    private func status(_ key: String) throws -> String? {
        try daemon.done("keys.get", #"{"key":"\#(key)"}"#)["key"]["status"].string
    }

    /// The arguments of every command that a message prints.
    private func commands(in text: String) -> [[String]] {
        text.split(separator: "\n").compactMap { line in
            line.range(of: "run: keyward ").map { line[$0.upperBound...].split(separator: " ").map(String.init) }
        }
    }

    @Test(arguments: [["disable"], ["revoke", "--reason", "compromised", "--note", "pay", "--yes"]])
    func aNameThatTwoKeysHaveListsBothWithTheCommandForEach(arguments: [String]) throws {
        // The name is last, after an option with the same value.
        let refused = try Command.run(arguments + ["pay"], in: daemon.process.runFolder, input: "")
        #expect(refused.exit == 1)
        let printed = commands(in: refused.errors)
        #expect(printed == [arguments + [old], arguments + [new], arguments + ["pay", "--both"]])
        #expect(try [status(old), status(new)] == ["retiring", "unused"])
        for command in printed.dropLast() {
            #expect(try Command.run(command, in: daemon.process.runFolder, input: "").exit == 0)
        }
        let ended = arguments[0] == "disable" ? "disabled" : "revoked"
        #expect(try [status(old), status(new)] == [ended, ended])
    }

    @Test func bothTakesTheOldKeyFirstAndMayBeRepeated() throws {
        let entries = try daemon.done("audit.list")["entries"].elements.count
        #expect(try daemon.keyward("disable", "pay", "--both").exit == 0)
        #expect(try daemon.keyward("enable", "pay", "--both").exit == 0)
        #expect(try daemon.keyward("update", "pay", "--both", "--expires", "90d").exit == 0)
        let made = try daemon.done("audit.list", #"{"after":\#(entries)}"#)["entries"].elements
        let (first, second) = (made[0]["keyId"].string, made[1]["keyId"].string)
        #expect(first != second)
        #expect(made.map { $0["keyId"].string } == [first, second, first, second, first, second])
        #expect(try daemon.done("keys.get", #"{"key":"\#(old)"}"#)["key"]["id"].string == first)
        // Half of it is already done.
        #expect(try daemon.keyward("revoke", old, "--yes").exit == 0)
        for _ in 0..<2 { #expect(try daemon.keyward("revoke", "pay", "--both", "--yes").exit == 0) }
        #expect(try [status(old), status(new)] == ["revoked", "revoked"])
    }

    @Test func aRevokeSaysWhichKeyContinues() throws {
        let unconfirmed = try daemon.keyward("revoke", new)
        #expect(unconfirmed.exit == 6)
        #expect(try status(new) == "unused")
        let revoked = try daemon.keyward("revoke", new, "--yes")
        #expect(revoked.exit == 0)
        #expect(revoked.errors.contains("pay (\(old)) keeps working."))
        #expect(commands(in: revoked.errors) == [["revoke", old]])
        #expect(try status(old) == "unused")
    }

    @Test func readsByNameShowThePastOfTheOldKey() throws {
        #expect(try daemon.keyward("show", "pay").output.contains("\npredecessors\t\(old) (retiring)\n"))
        #expect(try daemon.keyward("audit", "list", "--key", "pay").output.split(separator: "\n").count == 3)
        #expect(try daemon.keyward("revoke", "pay", "--both", "--yes").exit == 0)
        #expect(try daemon.keyward("show", "pay").output.contains("status\trevoked"))
    }
}
