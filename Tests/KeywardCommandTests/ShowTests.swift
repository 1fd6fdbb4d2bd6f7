import Foundation
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct ShowTests {
        /// A key with every field set; each account, code and reason appears once.
        private static let whole = Sample.key(
            by: "gateway", owner: #"{"name":"Ops","contact":"ops@a","principal":"group:ops"}"#
        )
        .replacing(
            #""createdAt""#,
            with: #""lastRefusedAt":"2026-11-23T11:00:00.000Z","lastRefusedBy":{"uid":1002,"user":"bert"},"#
                + #""lastRefusedCode":"insufficientScope","createdAt""#
        )
        .replacing(
            #""revoked":null"#,
            with: #""revoked":{"at":"2026-11-23T11:30:00.000Z","by":{"uid":1001,"user":"anna"},"#
                + #""reason":"ownerLeft","note":"left in May"}"#
        )
        .replacing(
            #""rotation":null"#,
            with: #""rotation":{"predecessor":"key_01j0","successor":"key_02","startedAt":"2026-11-20T00:00:00.000Z","#
                + #""firstUsedAt":null,"graceEndsAt":null}"#)

        private func output(_ arguments: [String], _ result: String, isScreen: Bool) -> String {
            let daemon = ScriptedDaemon { _ in .result(result) }
            defer { daemon.stop() }
            return CommandRun(arguments, daemon: daemon, isScreen: isScreen).output
        }

        @Test(arguments: [true, false]) func `A key has the same facts on a terminal and when piped`(isScreen: Bool) {
            let text = output(["show", "a"], #"{"key":\#(Self.whole)}"#, isScreen: isScreen)
            for fact in [
                "gateway", "root", "bert", "anna", "insufficientScope", "ownerLeft", "left in May", "Ops", "ops@a",
                "group:ops", "key_02",
            ] {
                #expect(text.contains(fact), "\(fact) in \(text)")
            }
        }

        @Test func `Accounts are facts of their own when piped`() {
            let text = output(["show", "a"], #"{"key":\#(Self.whole)}"#, isScreen: false)
            let facts = text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
            #expect(facts.allSatisfy { $0.count == 2 })
            for fact in [
                ["lastUsedBy.uid", "998"], ["lastUsedBy.user", "gateway"], ["createdBy.user", "root"],
                ["lastRefusedAt", "2026-11-23T11:00:00.000Z"], ["lastRefusedBy.uid", "1002"],
                ["lastRefusedBy.user", "bert"], ["lastRefusedCode", "insufficientScope"], ["revoked.by.user", "anna"],
            ] {
                #expect(facts.contains(fact), "\(fact) in \(text)")
            }
        }

        @Test func `Addresses are shown, and to admins those that presented the key`() {
            let key = Sample.key().replacing(
                #""scopes":[]"#, with: #""addresses":["10.0.0.0/8","::1/128"],"scopes":[]"#)
            let last =
                #"[{"address":"10.0.0.7","since":"2026-11-23T11:59:00.000Z"},{"address":"::1","since":"2026-11-23T09:00:00.000Z"}]"#
            let screen = output(["show", "a"], #"{"key":\#(key),"lastAddresses":\#(last)}"#, isScreen: true)
            #expect(screen.contains("10.0.0.0/8 ::1/128") && screen.contains("10.0.0.7 (1 min ago), ::1 (3 h ago)"))
            let piped = output(["show", "a"], #"{"key":\#(key),"lastAddresses":\#(last)}"#, isScreen: false)
            #expect(piped.contains("addresses\t10.0.0.0/8 ::1/128\n"))
            #expect(
                piped.contains(
                    "lastAddresses\t10.0.0.7 2026-11-23T11:59:00.000Z, ::1 2026-11-23T09:00:00.000Z\n"))
            let viewer = output(["show", "a"], #"{"key":\#(Sample.key()),"lastAddresses":null}"#, isScreen: false)
            #expect(!viewer.contains("ddresses"))
        }

        private static let usage =
            #"{"buckets":[{"start":"2026-11-23T00:00:00.000Z","valid":7,"refused":3}],"#
            + #""byPeer":[{"uid":998,"user":"gateway","valid":7,"lastUsedAt":"2026-11-23T11:00:00.000Z"}],"#
            + #""refusals":[{"start":"2026-11-23T00:00:00.000Z","code":"revoked","uid":1002,"user":"bert","count":3,"#
            + #""lastAt":"2026-11-23T11:30:00.000Z"}]}"#

        @Test func `Usage tells why and to whom a key was refused`() {
            let screen = output(["usage", "a"], Self.usage, isScreen: true)
            for word in ["VALID", "ACCOUNT", "gateway", "CODE", "revoked", "bert"] { #expect(screen.contains(word)) }
            let piped = output(["usage", "a", "--refusals"], Self.usage, isScreen: false)
            #expect(
                piped == "2026-11-23T00:00:00.000Z\trevoked\t1002\tbert\t3\t2026-11-23T11:30:00.000Z\n")
            let accounts = output(["usage", "a", "--accounts"], Self.usage, isScreen: true)
            #expect(accounts.contains("gateway") && !accounts.contains("bert"))
        }

        @Test func `Usage of an older daemon is shown without refusals`() {
            let old = #"{"buckets":[],"byPeer":[]}"#
            #expect(output(["usage", "a"], old, isScreen: true) == "No verifications in this period.\n")
            #expect(output(["usage", "a", "--refusals"], old, isScreen: false).isEmpty)
        }

        @Test func `A member whose grant is void is marked`() {
            func member(_ name: String, _ void: String) -> String {
                #"{"principal":"user:\#(name)","id":1001,"role":"viewer","grantedAt":"2026-11-23T11:00:00.000Z","#
                    + #""grantedBy":{"uid":0,"user":"root"}\#(void)}"#
            }
            let reply = #"{"members":[\#(member("anna", #","void":true"#)),\#(member("bert", ""))]}"#
            let daemon = ScriptedDaemon { _ in .result(reply) }
            defer { daemon.stop() }
            let run = CommandRun(["member", "list"], daemon: daemon)
            #expect(run.output.split(separator: "\n").map { $0.split(separator: "\t").last } == ["void", "active"])
            #expect(run.errors.contains("user:anna is void") && run.errors.contains("keyward member remove user:anna"))
            #expect(!run.errors.contains("bert"))
        }
    }

    /// packaging/keyward.catalog names commands to run.
    @Suite struct CatalogTests {
        private static let commands: [String] = {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "packaging/keyward.catalog")
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").filter { $0.hasPrefix("    keyward ") }
                .map { String($0.dropFirst(4)).replacing("@KEYWARD_KEY_ID@", with: "key_01arz3ndektsv4rrffq69g5fav") }
        }()

        @Test func `Every command of the catalog is one`() throws {
            #expect(Self.commands.count > 10)
            for command in Self.commands {
                let words = command.split(separator: " ").dropFirst().map(String.init)
                #expect(throws: Never.self, "\(command)") { try Keyward.parseAsRoot(words) }
            }
        }

        @Test func `The entry on an ended grace names a command that tells who still uses the key`() {
            let command = Self.commands.first { $0.hasPrefix("keyward usage --refusals ") }
            #expect(command != nil)
        }
    }
}
