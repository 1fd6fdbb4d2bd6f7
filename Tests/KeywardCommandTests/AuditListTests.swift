import KeywardClient
import KeywardDisplay
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct AuditListTests {
        private static func entry(
            _ seq: Int, _ action: String = "key.created", _ details: String = "{}", workspace: String? = "default",
            keyID: String? = "key_01m849vcnj4fqaseg3xz876p06"
        ) -> String {
            let place = workspace.map { "\"\($0)\"" } ?? "null"
            let key = keyID.map { "\"\($0)\"" } ?? "null"
            return
                #"{"seq":\#(seq),"at":"2026-11-23T11:00:00.000Z","actor":{"uid":0,"user":"root"},"action":"\#(action)","#
                + #""workspace":\#(place),"keyId":\#(key),"details":\#(details),"hash":"00"}"#
        }

        private func daemon(_ entries: [String]) -> ScriptedDaemon {
            ScriptedDaemon { _ in .result(#"{"entries":[\#(entries.joined(separator: ","))]}"#) }
        }

        private static let key = #""name":"prod-main-app","prefix":"kw_8FqL2mXw""#

        @Test func `On a terminal entries name the key and report the details in words`() {
            let daemon = daemon([
                Self.entry(
                    7, "key.created", "{\(Self.key),\"expiresAt\":\"2026-12-31T00:00:00.000Z\",\"owner\":\"Sales\"}"),
                Self.entry(8, "key.revoked", "{\(Self.key),\"reason\":\"ownerLeft\",\"confirmed\":true}"),
                Self.entry(
                    9, "member.granted", #"{"principal":"user:anna","id":1001,"role":"admin"}"#, keyID: nil),
            ])
            defer { daemon.stop() }
            let run = CommandRun(["audit", "list", "-w", "default"], daemon: daemon, isScreen: true, width: 130)
            #expect(
                run.output == """
                    SEQ  WHEN     WHO   ACTION          NAME           PREFIX       DETAILS
                    7    1 h ago  root  key.created     prod-main-app  kw_8FqL2mXw  expires at the end of 30 Dec 2026 UTC, owner Sales
                    8    1 h ago  root  key.revoked     prod-main-app  kw_8FqL2mXw  owner left, confirmed
                    9    1 h ago  root  member.granted  user:anna      -            as admin

                    """)
        }

        @Test(arguments: [
            (#"{"reason":"other","note":"gone"}"#, "gone"), (#"{"reason":"other"}"#, "other"),
            (#"{"formerName":"old","name":"new"}"#, "was old"),
            (#"{"from":"standard","to":"free"}"#, "from standard to free"),
            (#"{"days":7}"#, "within 7 days"), (#"{"days":1}"#, "within 1 day"),
            (#"{"expires":false}"#, "never expires"),
            (#"{"owner":"","scopes":[],"metadata":true}"#, "no owner, no scopes, new metadata"),
            (#"{"scopes":["a:*","b"]}"#, "scopes a:* b"), (#"{"confirmed":false}"#, ""), ("{}", ""),
            (
                #"{"expected":41,"revokesAt":"2026-11-23T13:00:00.000Z"}"#,
                "expected 41, revokes at 23 Nov 2026, 13:00 UTC"
            ),
            (#"{"lastUsedAt":"2026-11-23T11:00:00.000Z"}"#, "last used 1 h ago"),
            (#"{"new":{"a":1}}"#, #"new {"a":1}"#),
        ])
        func `Details are sweepMarks in words`(details: String, words: String) {
            #expect(AuditDetailsText(JSONText(details), now: CommandRun.now).words == words)
        }

        @Test(arguments: [[], ["-w", "*"], ["-w", "default"]] as [[String]])
        func `Entries fit 80 columns`(arguments: [String]) {
            let actions = [
                "workspace.planChanged", "rotation.graceEnded", "key.created", "audit.tailMissing",
            ]
            let long =
                #"{"name":"payments-production-eu-west-1","prefix":"longtagname1_8FqL2mXw","note":"\#(String(repeating: "why ", count: 90))"}"#
            let entries = actions.enumerated().map {
                Self.entry(100_000 + $0.offset, $0.element, long, workspace: "Zürich 本社")
            }
            let daemon = daemon(entries)
            defer { daemon.stop() }
            let run = CommandRun(["audit", "list"] + arguments, daemon: daemon, isScreen: true, width: 80)
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 5 && lines.allSatisfy { String($0).displayWidth <= 80 }, "\(run.output)")
        }

        @Test func `In a pipe entries are exact, with the name and the prefix behind the details`() {
            let daemon = daemon([
                Self.entry(7, "key.created", "{\(Self.key)}"), Self.entry(8, "pepper.added", keyID: nil),
            ])
            defer { daemon.stop() }
            let run = CommandRun(["audit", "list"], daemon: daemon)
            let start = "7\t2026-11-23T11:00:00.000Z\troot\tkey.created\tdefault\tkey_01m849vcnj4fqaseg3xz876p06\t"
            #expect(run.output.hasPrefix(start + "{\(Self.key)}\tprod-main-app\tkw_8FqL2mXw\n8\t"))
            #expect(run.output.hasSuffix("\tpepper.added\tdefault\t-\t{}\t-\t-\n"))
        }

        /// A trail of 1,000 entries.
        private func trail() -> ScriptedDaemon {
            ScriptedDaemon { line in
                let number = { (name: String) in
                    line.split(separator: "\"\(name)\":").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
                }
                let limit = number("limit") ?? 100
                let seqs =
                    line.contains(#""newestFirst":true"#)
                    ? Array((1..<(number("before") ?? 1_001)).reversed().prefix(limit))
                    : Array((((number("after") ?? 0) + 1)...1_000).prefix(limit))
                return .result(#"{"entries":[\#(seqs.map { Self.entry($0) }.joined(separator: ","))]}"#)
            }
        }

        private func seqs(_ run: CommandRun) -> [Int] {
            run.output.split(separator: "\n").compactMap { $0.split(separator: "\t").first.flatMap { Int($0) } }
        }

        @Test(arguments: [(1, 1), (5, 1), (500, 1), (501, 2), (1_000, 2)])
        func `The last entries are asked for alone, and come oldest first`(count: Int, calls: Int) {
            let daemon = trail()
            defer { daemon.stop() }
            let run = CommandRun(["audit", "list", "-n", String(count)], daemon: daemon)
            #expect(seqs(run) == Array((1_001 - count)...1_000))
            #expect(daemon.received.count == calls)
        }

        @Test func `Without a number the whole trail comes page by page`() {
            let daemon = trail()
            defer { daemon.stop() }
            #expect(seqs(CommandRun(["audit", "list", "--limit", "700"], daemon: daemon)) == Array(1...700))
            #expect(seqs(CommandRun(["audit", "list", "--after", "990"], daemon: daemon)) == Array(991...1_000))
        }
    }
}
