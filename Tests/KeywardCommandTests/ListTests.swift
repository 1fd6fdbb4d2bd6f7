import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct ListTests {
        private static let keys = [
            Sample.key(),
            Sample.key(
                "staging-api", prefix: "kw_Zt0Y4pQr", status: "retiring", used: 18,
                lastUsed: "2026-11-18T11:00:00.000Z", by: "ci", expires: nil, actions: #""confirm","cancel","revoke""#),
            Sample.key(
                "crm-integration", prefix: "kw_1mVbS9aE", status: "expiring", used: 0, lastUsed: nil,
                expires: "2026-11-29T12:00:00.000Z"),
            Sample.key(
                "old-importer", prefix: "kw_Q7dT3uLk", status: "stale", used: 96_400,
                lastUsed: "2025-09-10T12:00:00.000Z", expires: nil),
        ]

        private func daemon(_ page: String) -> ScriptedDaemon {
            ScriptedDaemon { _ in .result(page) }
        }

        @Test func `On a terminal a list is a table with relative times and short numbers`() {
            let daemon = daemon(Sample.page(Self.keys))
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon, isScreen: true, width: 120)
            #expect(
                run.output == """
                    default · plan standard · 4 keys

                    NAME             PREFIX       USED   LAST USED                 EXPIRES     STATUS    ACTIONS
                    prod-main-app    kw_8FqL2mXw  1.2 M  3 s ago by gateway        in 42 days  active    rotate revoke disable
                    staging-api      kw_Zt0Y4pQr  18     5 days ago by ci          never       retiring  confirm cancel revoke
                    crm-integration  kw_1mVbS9aE  0      never                     in 6 days   expiring  rotate revoke disable
                    old-importer     kw_Q7dT3uLk  96 k   14 months ago by gateway  never       stale     rotate revoke disable

                    """)
            #expect(run.status == .done)
        }

        @Test func `Elsewhere a list is exact values between tabs`() {
            let daemon = daemon(Sample.page([Self.keys[0], Self.keys[2]]))
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon)
            let first =
                "prod-main-app\tkw_8FqL2mXw\t1234567\t2026-11-23T11:59:57.000Z\t2027-01-04T12:00:00.000Z\tactive\t"
                + "rotate revoke disable update\n"
            #expect(run.output.hasPrefix(first))
            #expect(run.output.contains("crm-integration\tkw_1mVbS9aE\t0\tnever\t"))
            #expect(run.errors.isEmpty)
        }

        @Test func `As JSON a list is the result as it came`() {
            let page = Sample.page(Self.keys).replacing(#""nextCursor""#, with: #""news": [1, 2],"nextCursor""#)
            let daemon = daemon(page)
            defer { daemon.stop() }
            #expect(CommandRun(["list", "--json"], daemon: daemon).output == page + "\n")
        }

        @Test func `All pages are followed, and as JSON they are one object`() {
            let daemon = ScriptedDaemon { line in
                .result(
                    line.contains("cursor")
                        ? Sample.page([Self.keys[1]]) : Sample.page([Self.keys[0]], cursor: "next"))
            }
            defer { daemon.stop() }
            let run = CommandRun(["list", "--json"], daemon: daemon)
            #expect(run.output == Sample.page([Self.keys[0], Self.keys[1]]) + "\n")
            #expect(daemon.received.map(Request.method) == ["keys.list", "keys.list"])
            #expect(daemon.received[1].contains(#""cursor":"next""#))
        }

        @Test func `A limit ends the following of pages`() {
            let daemon = daemon(Sample.page([Self.keys[0]], cursor: "next"))
            defer { daemon.stop() }
            _ = CommandRun(["list", "--limit", "2"], daemon: daemon)
            #expect(daemon.received.map(Request.method) == ["keys.list", "system.ping", "keys.list"])
            #expect(daemon.received[0].contains(#""limit":2"#) && daemon.received[2].contains(#""limit":1"#))
        }

        @Test func `Filters go to the daemon`() {
            let daemon = daemon(Sample.page([]))
            defer { daemon.stop() }
            let run = CommandRun(
                ["list", "--stale", "--status", "active", "--search", "crm", "--sort=-usage", "-w", "acme"],
                daemon: daemon)
            let params =
                #""params":{"workspace":"acme","status":["active"],"facts":["stale"],"search":"crm","sort":"-usage","limit":500,"#
            #expect(daemon.received[0].contains(params))
            #expect(run.errors == "No key matches.\n")
        }

        @Test func `An empty list tells how to make the first key`() {
            let daemon = daemon(Sample.page([]))
            defer { daemon.stop() }
            let run = CommandRun(["list", "-w", "acme"], daemon: daemon, isScreen: true)
            #expect(run.output == "acme · plan standard · 0 keys\n")
            #expect(
                run.errors
                    == "There are no keys yet. To create one, run for example: keyward create staging-api --workspace=acme "
                    + "--socket=\(daemon.path)\n")
        }

        @Test func `A plan without access shows its notice, elsewhere than in the data`() {
            let daemon = daemon(Sample.page([], notice: "Upgrade required: https://example.com/plans"))
            defer { daemon.stop() }
            let screen = CommandRun(["list", "-w", "acme"], daemon: daemon, isScreen: true)
            #expect(screen.output == "acme · plan free · Upgrade required: https://example.com/plans\n")
            let pipe = CommandRun(["list", "-w", "acme"], daemon: daemon)
            #expect(pipe.output.isEmpty)
            #expect(pipe.errors == "Upgrade required: https://example.com/plans\n")
        }

        @Test func `A narrow terminal gets no line that is wider`() {
            let daemon = daemon(Sample.page(Self.keys))
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon, isScreen: true, width: 80)
            #expect(run.output.split(separator: "\n").allSatisfy { String($0).displayWidth <= 80 })
            #expect(run.output.contains("kw_8FqL2mXw"))
        }

        @Test(arguments: [true, false]) func `What a terminal would obey is shown, not sent`(isScreen: Bool) {
            let owner = #"{"name":"a\u001b]0;x\u0007\u202eb\tc","contact":null,"principal":null}"#
            let daemon = ScriptedDaemon { _ in .result(#"{"key":\#(Sample.key(owner: owner))}"#) }
            defer { daemon.stop() }
            let run = CommandRun(["show", "prod-main-app"], daemon: daemon, isScreen: isScreen)
            #expect(run.output.contains(#"a\u001b]0;x\u0007\u202eb\u0009c"#))
            #expect(!run.output.contains("\u{1B}"))
        }

        @Test func `JSON on a terminal has no raw control characters`() {
            let owner = "{\"name\":\"a\u{9B}31mb\u{7F}\",\"contact\":null,\"principal\":null}"
            let daemon = ScriptedDaemon { _ in .result(#"{"key":\#(Sample.key(owner: owner))}"#) }
            defer { daemon.stop() }
            let screen = CommandRun(["show", "a", "--json"], daemon: daemon, isScreen: true)
            #expect(screen.output.contains(#"a\u009b31mb\u007f"#))
            #expect(CommandRun(["show", "a", "--json"], daemon: daemon).output.contains("\u{9B}"))
        }

        @Test func `Usage has bars on a terminal, and only numbers elsewhere`() {
            let bucket = #"{"start":"2026-11-22T00:00:00.000Z","valid":12345,"refused":1}"#
            let daemon = ScriptedDaemon { _ in .result(#"{"buckets":[\#(bucket)],"byPeer":[]}"#) }
            defer { daemon.stop() }
            #expect(
                CommandRun(["usage", "a"], daemon: daemon).output == "2026-11-22T00:00:00.000Z\t12345\t1\n")
            let screen = CommandRun(["usage", "a", "--from", "7d"], daemon: daemon, isScreen: true)
            #expect(screen.output.contains("2026-11-22  12 k   1        ████████████████████████"))
            #expect(daemon.received[1].contains(#""from":"2026-11-16T12:00:00.000Z""#))
        }
    }
}
