import KeywardStore
import KeywardTesting
import Testing

/// What was acknowledged survives a kill -9; what was counted survives an orderly stop.
struct DurabilityTests {
    @Test func aKeyThatWasAcknowledgedSurvivesAKill() throws {
        let daemon = try TestDaemon()
        let made = try daemon.create("staging-api", #""metadata":{"team": "a b","n":1.50},"purpose":"billing""#)
        try daemon.crash()
        let answer = try daemon.verify(made.secret)
        #expect(answer["valid"].bool == true && answer["keyId"].string == made.key["id"].string)
        let key = try daemon.done("keys.get", #"{"key":"staging-api"}"#)["key"]
        #expect(key["purpose"].string == "billing" && key["metadata"]["team"].string == "a b")
        #expect(key["createdAt"].string == made.key["createdAt"].string)
    }

    @Test func aRevocationThatWasAcknowledgedSurvivesAKill() throws {
        let daemon = try TestDaemon()
        let made = try daemon.create("staging-api")
        try daemon.done("keys.revoke", #"{"key":"staging-api","reason":"compromised","note":"seen in a log"}"#)
        try daemon.crash()
        #expect(try daemon.verdict(made.secret) == "revoked")
        let id = try #require(made.key["id"].string)
        let revoked = try daemon.done("keys.get", #"{"key":"\#(id)"}"#)["key"]["revoked"]
        #expect(revoked["reason"].string == "compromised" && revoked["note"].string == "seen in a log")
    }

    @Test func disablingAndEnablingSurviveAKill() throws {
        let daemon = try TestDaemon()
        let made = try daemon.create("staging-api")
        try daemon.done("keys.disable", #"{"key":"staging-api"}"#)
        try daemon.crash()
        #expect(try daemon.verdict(made.secret) == "disabled")
        try daemon.done("keys.enable", #"{"key":"staging-api"}"#)
        try daemon.crash()
        #expect(try daemon.verdict(made.secret) == "valid")
    }

    @Test func plansMembersAndRequestIdsSurviveAKill() throws {
        let daemon = try TestDaemon()
        try daemon.done("workspaces.create", #"{"name":"acme","tag":"acme"}"#)
        let made = try daemon.create("staging-api", #""workspace":"acme","requestId":"order 1""#)
        try daemon.done("workspaces.setPlan", #"{"workspace":"acme","plan":"free"}"#)
        try daemon.done("members.grant", #"{"workspace":"acme","principal":"uid:4711","role":"viewer"}"#)
        try daemon.crash()
        #expect(try daemon.verdict(made.secret, #""workspace":"acme""#) == "upgradeRequired")
        #expect(try daemon.done("workspaces.get", #"{"workspace":"acme"}"#)["workspace"]["plan"].string == "free")
        let members = try daemon.done("members.list", #"{"workspace":"acme"}"#)["members"]
        #expect(members.elements.count == 1 && members[0]["principal"].string == "uid:4711")
        try daemon.done("workspaces.setPlan", #"{"workspace":"acme","plan":"standard"}"#)
        let error = try daemon.refused("keys.create", #"{"name":"other","workspace":"acme","requestId":"order 1"}"#)
        #expect(error["data"]["code"].string == "conflict")
        #expect(error["data"]["keyId"].string == made.key["id"].string)
        #expect(error["data"]["param"].string == "requestId")
        #expect(try daemon.verdict(made.secret, #""workspace":"acme""#) == "valid")
    }

    @Test func usageIsExactAfterAnOrderlyStop() throws {
        let daemon = try TestDaemon()
        let made = try daemon.create("staging-api")
        for _ in 0..<7 { try daemon.verify(made.secret) }
        for _ in 0..<3 { try daemon.verify(made.secret, #""workspace":"other""#) }
        let before = try daemon.done("keys.get", #"{"key":"staging-api"}"#)["key"]
        try daemon.restart()
        try daemon.verify(made.secret)
        let after = try daemon.done("keys.get", #"{"key":"staging-api"}"#)["key"]
        #expect(before["usageCount"].int == 7 && after["usageCount"].int == 8)
        #expect(before["refusedCount"].int == 3 && after["refusedCount"].int == 3)
        let usage = try daemon.done("keys.usage", #"{"key":"staging-api"}"#)
        #expect(usage["buckets"].elements.reduce(0) { $0 + ($1["valid"].int ?? 0) } == 8)
        #expect(usage["buckets"].elements.reduce(0) { $0 + ($1["refused"].int ?? 0) } == 3)
        #expect(usage["byPeer"].elements.count == 1 && usage["byPeer"][0]["valid"].int == 8)
        #expect(after["lastUsedBy"]["uid"].int == usage["byPeer"][0]["uid"].int)
    }

    @Test func aCopyHasAllUsesThatWereAnsweredBefore() throws {
        let daemon = try TestDaemon()
        let made = try daemon.create("staging-api")
        for round in 1...5 {
            try daemon.verify(made.secret)
            try daemon.done("system.backup", #"{"name":"\#(round).db"}"#)
        }
        var random = SeededGenerator(seed: 1)
        for round in 1...5 {
            let copy = try SQLiteStore(path: daemon.state + "/backups/\(round).db", randomness: &random)
            var counts: [Int64] = []
            try copy.loadKeys { counts.append($0.usage.valid) }
            #expect(counts == [Int64(round)])
            try copy.close()
        }
    }

    @Test func anOpenRotationWithItsFirstUseAndItsGraceSurvivesARestartAndAKill() throws {
        let daemon = try TestDaemon()
        let old = try daemon.create("staging-api")
        let rotated = try daemon.done("keys.rotate", #"{"key":"staging-api","graceSeconds":3600}"#)
        let new = try #require(rotated["secret"].string)
        let id = try #require(old.key["id"].string)
        try daemon.crash()
        #expect(try daemon.done("keys.get", #"{"key":"\#(id)"}"#)["key"]["rotation"]["firstUsedAt"].isNull)
        #expect(try daemon.verdict(new) == "valid")
        let before = try daemon.done("keys.get", #"{"key":"\#(id)"}"#)["key"]["rotation"]
        #expect(before["firstUsedAt"].string != nil && before["graceEndsAt"].string != nil)
        try daemon.restart()
        let after = try daemon.done("keys.get", #"{"key":"\#(id)"}"#)["key"]["rotation"]
        for member in ["predecessor", "successor", "startedAt", "firstUsedAt", "graceEndsAt"] {
            #expect(before[member].string == after[member].string && after[member].string != nil, "\(member)")
        }
        #expect(try daemon.status(id) == "retiring")
        #expect(try daemon.verdict(old.secret) == "valid")
        #expect(try daemon.refusal("keys.cancelRotation", #"{"key":"\#(id)"}"#) == "invalidState")
    }

    @Test func aSuccessorWhoseFirstUseWasLostWithAKillStillAwaitsIt() throws {
        let daemon = try TestDaemon()
        _ = try daemon.create("staging-api")
        try daemon.done("keys.rotate", #"{"key":"staging-api","graceSeconds":60}"#)
        try daemon.crash()
        let survivor = try daemon.done("keys.cancelRotation", #"{"key":"staging-api"}"#)["key"]
        #expect(survivor["status"].string == "unused")
    }

    @Test func anOrderlyStopAnswersWhatWasAskedAndSaysSo() throws {
        let daemon = try TestDaemon()
        let client = try LineClient(daemon.process.adminSocket)
        client.send(#"{"jsonrpc":"2.0","id":1,"method":"keys.create","params":{"name":"staging-api"}}"# + "\n")
        let reply = try #require(try client.line())
        let end = daemon.process.stop()
        #expect(end.exit == 0 && end.output.contains("Stopped."))
        #expect(try client.lines().allSatisfy { $0.contains("shuttingDown") })
        try daemon.startAgain()
        #expect(try daemon.verdict(try #require(JSON(reply)["result"]["secret"].string)) == "valid")
    }
}
