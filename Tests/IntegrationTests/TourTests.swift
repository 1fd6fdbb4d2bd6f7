import KeywardTesting
import Testing

/// The output of `make run`, step by step.
struct TourTests {
    @Test func throughTheSocketAKeyIsMadeUsedRotatedConfirmedAndRevoked() throws {
        let daemon = try TestDaemon()
        let old = try daemon.create("staging-api", #""owner":{"name":"Platform team"},"scopes":["read:*"]"#)
        #expect(old.key["status"].string == "unused" && old.key["owner"]["name"].string == "Platform team")
        #expect(old.secret.hasPrefix(try #require(old.key["prefix"].string) + "_"))
        let answer = try daemon.verify(old.secret, #""scopes":["read:orders"]"#)
        #expect(answer["valid"].bool == true && answer["code"].string == "valid")
        #expect(answer["keyId"].string == old.key["id"].string && answer["scopes"].strings == ["read:*"])
        #expect(try daemon.verdict(old.secret, #""scopes":["write:orders"]"#) == "insufficientScope")
        let listed = try daemon.done("keys.list")["keys"]
        #expect(listed.elements.count == 1 && listed[0]["status"].string == "active")
        #expect(listed[0]["usageCount"].int == 1 && listed[0]["refusedCount"].int == 1)

        let rotation = try daemon.done("keys.rotate", #"{"key":"staging-api"}"#)
        let new = try #require(rotation["secret"].string)
        #expect(rotation["retiring"]["status"].string == "retiring")
        let warnings = try daemon.verify(old.secret)["warnings"]
        #expect(warnings.elements.count == 1 && warnings[0]["code"].string == "retiring")
        #expect(try daemon.verdict(new) == "valid")
        let survivor = try daemon.done("keys.confirmRotation", #"{"key":"staging-api"}"#)["key"]
        #expect(survivor["id"].string == rotation["key"]["id"].string)
        #expect(try daemon.verdict(old.secret) == "superseded")
        #expect(try daemon.verdict(new) == "valid")

        #expect(
            try daemon.refusal("keys.revoke", #"{"key":"staging-api","reason":"unused"}"#) == "confirmationRequired")
        #expect(try daemon.verdict(new) == "valid")
        try daemon.done("keys.revoke", #"{"key":"staging-api","reason":"unused","confirm":true}"#)
        #expect(try daemon.verdict(new) == "revoked")
        #expect(try daemon.done("audit.check")["ok"].bool == true)
    }

    @Test func aRotationThatIsCancelledLeavesTheOldKeyAsItWas() throws {
        let daemon = try TestDaemon()
        let old = try daemon.create("staging-api")
        let new = try #require(try daemon.done("keys.rotate", #"{"key":"staging-api"}"#)["secret"].string)
        let survivor = try daemon.done("keys.cancelRotation", #"{"key":"staging-api"}"#)["key"]
        #expect(survivor["id"].string == old.key["id"].string && survivor["status"].string == "unused")
        #expect(survivor["rotation"].isNull)
        #expect(try daemon.verdict(new) == "revoked")
        let answer = try daemon.verify(old.secret)
        #expect(answer["valid"].bool == true && answer["warnings"].elements.isEmpty)
    }

    @Test func throughTheCommandASecretIsAloneOnStdoutAndEverythingElseBesideIt() throws {
        let daemon = try TestDaemon()
        let made = try daemon.keyward("create", "staging-api", "--expires", "90d", "--owner", "Platform team")
        #expect(made.exit == 0 && made.errors.contains("Created staging-api"))
        let secret = String(made.output.dropLast())
        #expect(made.output.last == "\n" && !secret.contains("\n") && secret.count == 48)
        #expect(!made.errors.contains(secret))
        #expect(try daemon.keyward("verify", input: secret + "\n").exit == 0)

        let rotated = try daemon.keyward("rotate", "staging-api")
        let new = String(rotated.output.dropLast())
        #expect(rotated.exit == 0 && new.count == 48 && new != secret && !rotated.errors.contains(new))
        #expect(try daemon.keyward("verify", input: secret).output.contains("warning\tretiring"))
        #expect(try daemon.keyward("cancel", "staging-api").exit == 0)
        #expect(try daemon.keyward("verify", input: new).exit == 5)

        let last = String(try daemon.keyward("rotate", "staging-api").output.dropLast())
        #expect(try daemon.keyward("verify", input: last).exit == 0)
        #expect(try daemon.keyward("confirm", "staging-api").exit == 0)
        #expect(try daemon.keyward("verify", input: secret).exit == 5)
        #expect(try daemon.keyward("revoke", "staging-api", "--yes").exit == 0)
        let refused = try daemon.keyward("verify", input: last)
        #expect(refused.exit == 5 && refused.output.hasPrefix("code\trevoked\n"))
    }

    @Test func aListIsTabSeparatedOffATerminalAndTheDaemonsOwnWordsWithJSON() throws {
        let daemon = try TestDaemon()
        let key = try daemon.create("staging-api").key
        let plain = try daemon.keyward("list")
        let cells = plain.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(plain.exit == 0 && cells.count == 1)
        #expect(Array(cells[0].prefix(3)) == ["staging-api", key["prefix"].string, "0"])
        #expect(cells[0].contains("unused"))
        let json = try JSON(try daemon.keyward("list", "--json").output)
        #expect(json["keys"][0]["id"].string == key["id"].string && json["access"]["plan"].string == "standard")
    }

    @Test func theExitStatusTellsWhatHappened() throws {
        let daemon = try TestDaemon()
        let secret = String(try daemon.keyward("create", "prod-api").output.dropLast())
        #expect(try daemon.keyward("list").exit == 0)
        #expect(try daemon.keyward("show", "no-such-key").exit == 1)
        #expect(try daemon.keyward("list", "--socket", daemon.folder.file("none")).exit == 2)
        #expect(try daemon.keyward("list", "--no-such-option").exit == 3)
        // The daemon's rejection of a value has the same status as the client's.
        let late = try daemon.keyward("create", "late", "--expires", "2020-01-01")
        #expect(late.exit == 3 && late.errors.contains("The value '2020-01-01' is invalid for '--expires': "))
        let missing = try JSON(try daemon.keyward("--json", "show", "no-such-key").errors)
        #expect(missing["error"]["code"].string == "notFound" && missing["error"]["status"].int == 1)
        #expect(try daemon.keyward("verify", input: "kw_nonsense").exit == 5)
        let unasked = try daemon.keyward("rotate", "prod-api")
        #expect(unasked.exit == 6 && unasked.output.isEmpty && unasked.errors.contains("--yes"))
        #expect(try daemon.keyward("verify", input: secret).exit == 0)
        daemon.process.stop()
        #expect(try daemon.keyward("list").exit == 2)
    }

    @Test func aSecretInAnArgumentIsRefusedBeforeAnythingElse() throws {
        let daemon = try TestDaemon()
        let secret = try daemon.create("staging-api").secret
        let end = try daemon.keyward("show", secret)
        #expect(end.exit == 3 && end.output.isEmpty && !end.errors.contains(secret))
        #expect(end.errors.contains("standard input"))
    }
}
