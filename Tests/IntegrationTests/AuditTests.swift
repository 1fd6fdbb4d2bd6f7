import Foundation
import KeywardTesting
import Testing

/// The audit trail: complete, filtered, paged, and able to detect a change.
struct AuditTests {
    private let daemon: TestDaemon

    init() throws {
        daemon = try TestDaemon()
        try daemon.done("workspaces.create", #"{"name":"acme"}"#)
        _ = try daemon.create("staging-api")
        _ = try daemon.create("other", #""workspace":"acme""#)
        try daemon.done("keys.update", #"{"key":"staging-api","purpose":"billing"}"#)
        try daemon.done("keys.rotate", #"{"key":"staging-api"}"#)
        try daemon.done("keys.confirmRotation", #"{"key":"staging-api","confirm":true}"#)
        try daemon.done("keys.revoke", #"{"key":"staging-api","reason":"unused"}"#)
        try daemon.done("members.grant", #"{"workspace":"acme","principal":"gid:4711","role":"admin"}"#)
    }

    private func actions(_ params: String = "{}") throws -> [String] {
        try daemon.done("audit.list", params)["entries"].elements.compactMap { $0["action"].string }
    }

    @Test func everyChangeIsAnEntryOldestFirst() throws {
        let entries = try daemon.done("audit.list")["entries"].elements
        #expect(entries.compactMap { $0["seq"].int } == Array(1...entries.count))
        let all = try actions()
        #expect(
            all.suffix(9) == [
                "workspace.created", "key.created", "key.created", "key.updated", "key.rotated", "rotation.started",
                "rotation.confirmed", "key.revoked", "member.granted",
            ])
        #expect(entries.allSatisfy { $0["hash"].string?.count == 64 && $0["actor"]["uid"].int == Int(geteuid()) })
        #expect(try daemon.done("audit.check")["entries"].int == entries.count)
        #expect(try daemon.done("audit.check")["head"].string == entries.last?["hash"].string)
    }

    @Test func entriesAreFilteredAndPaged() throws {
        #expect(try actions(#"{"workspace":"acme"}"#) == ["workspace.created", "key.created", "member.granted"])
        let key = try #require(
            try daemon.done("audit.list")["entries"].elements.first { $0["action"].string == "key.updated" })
        let id = try #require(key["keyId"].string)
        #expect(
            try actions(#"{"key":"\#(id)"}"#) == [
                "key.created", "key.updated", "rotation.started", "rotation.confirmed",
            ])
        var paged: [Int] = []
        while true {
            let page = try daemon.done("audit.list", #"{"after":\#(paged.last ?? 0),"limit":3}"#)["entries"].elements
            if page.isEmpty { break }
            #expect(page.count <= 3)
            paged += page.compactMap { $0["seq"].int }
        }
        #expect(paged == Array(1...(try actions().count)))
        let lines = try daemon.keyward("audit", "list").output.split(separator: "\n")
        #expect(lines.count == paged.count && lines[0].hasPrefix("1\t"))
    }

    @Test(.enabled(if: Database.canBeEdited, "needs the command sqlite3"))
    func aTailThatWasCutOffIsToldOfAfterTheNextStart() throws {
        let entries = try actions().count
        daemon.process.stop()
        try Database.run("DELETE FROM audit WHERE seq > \(entries - 2)", in: daemon.state)
        try daemon.startAgain()
        #expect(daemon.process.waitForLog("audit.tailMissing"))
        let verdict = try daemon.done("audit.check")
        #expect(verdict["ok"].bool == false && verdict["problem"].string != nil)
        #expect(try daemon.keyward("audit", "check").exit == 1)
        // The next start remembers it.
        try daemon.restart()
        #expect(try daemon.done("audit.check")["ok"].bool == false)
    }

    @Test(.enabled(if: Database.canBeEdited, "needs the command sqlite3"))
    func aRowThatWasChangedIsFound() throws {
        daemon.process.stop()
        try Database.run("UPDATE audit SET uid = uid + 1 WHERE seq = 4", in: daemon.state)
        try daemon.startAgain()
        let verdict = try daemon.done("audit.check")
        #expect(verdict["ok"].bool == false && verdict["problem"].string?.contains("4") == true)
    }

    @Test(.enabled(if: Database.canBeEdited, "needs the command sqlite3"))
    func aRowThatWasTakenOutIsFound() throws {
        daemon.process.stop()
        try Database.run("DELETE FROM audit WHERE seq = 4", in: daemon.state)
        try daemon.startAgain()
        #expect(try daemon.done("audit.check")["ok"].bool == false)
    }

    @Test func theChainIsWholeAfterCrashesAndRestarts() throws {
        for _ in 0..<3 {
            _ = try daemon.create("key-\(Int.random(in: 0..<1 << 40))")
            try daemon.crash()
            try daemon.restart()
        }
        #expect(try daemon.done("audit.check")["ok"].bool == true)
    }
}

/// The database of a stopped daemon, edited like by an intruder.
enum Database {
    private static let editor = "/usr/bin/sqlite3"

    static var canBeEdited: Bool { access(editor, X_OK) == 0 }

    static func run(_ sql: String, in state: String) throws {
        let end = try ChildProcess(editor, [state + "/keyward.db", sql]).wait()
        try #require(end.exit == 0, "\(end.output)")
    }
}
