import KeywardClient
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    /// What a list requests, prints above its keys, and does on a narrow terminal.
    @Suite struct LongListTests {
        private func daemon(_ page: String) -> ScriptedDaemon {
            ScriptedDaemon { line in .result(line.contains("system.ping") ? #"{"state":"ready"}"# : page) }
        }

        private func heading(_ arguments: [String], matching: Int, total: Int) -> String {
            let daemon = daemon(Sample.page([Sample.key()], matching: matching, total: total))
            defer { daemon.stop() }
            let run = CommandRun(["list"] + arguments, daemon: daemon, isScreen: true)
            return String(run.output.prefix { $0 != "\n" })
        }

        @Test func `The heading says how many of how many keys are shown`() {
            #expect(heading([], matching: 312, total: 312) == "default · plan standard · 312 keys")
            #expect(heading(["--limit", "5"], matching: 312, total: 312) == "default · plan standard · 5 of 312 keys")
            #expect(heading(["--stale"], matching: 5, total: 312) == "default · plan standard · 5 of 312 keys")
            #expect(
                heading([], matching: 300, total: 1_312)
                    == "default · plan standard · 300 of 1,312 keys (1,012 ended, shown by --all)")
            #expect(heading(["-w", "*"], matching: 1, total: 1) == "all workspaces · 1 key")
        }

        @Test(
            arguments: [
                ([], #""status":["canary","disabled","suspended","retiring","expiring","stale","unused","active"],"#),
                (
                    ["--search", "a"],
                    #""status":["canary","disabled","suspended","retiring","expiring","stale","unused","active"],"#
                ),
                (["--status", "revoked"], #""status":["revoked"],"#), (["--all"], nil), (["-a", "--stale"], nil),
                (["--all", "--status", "active"], #""status":["active"],"#),
            ] as [([String], String?)])
        func `Ended keys are asked for only if somebody wants them`(arguments: [String], status: String?) {
            let daemon = daemon(Sample.page([]))
            defer { daemon.stop() }
            _ = CommandRun(["list"] + arguments, daemon: daemon)
            #expect(daemon.received[0].contains("\"status\":") == (status != nil))
            if let status { #expect(daemon.received[0].contains(status)) }
        }

        @Test func `A list asks for its columns and for the count once; as JSON for the whole keys`() {
            let daemon = ScriptedDaemon { line in
                .result(
                    line.contains("cursor") ? Sample.page([Sample.key()]) : Sample.page([Sample.key()], cursor: "n"))
            }
            defer { daemon.stop() }
            _ = CommandRun(["list"], daemon: daemon)
            let lists = daemon.received.filter { Request.method($0) == "keys.list" }
            #expect(lists.count == 2 && lists.allSatisfy { $0.contains(#""columns":["workspace","name","prefix","#) })
            #expect(lists.map { $0.contains(#""total":true"#) } == [true, false])
            let other = daemon.received.count
            _ = CommandRun(["list", "--json"], daemon: daemon)
            #expect(daemon.received[other...].allSatisfy { !$0.contains("columns") && !$0.contains("total") })
        }

        @Test(arguments: [
            ("7d", "2026-11-30T12:00:00.000Z"), ("1mo", "2026-12-23T12:00:00.000Z"),
            ("2026-12-31", "2027-01-01T00:00:00.000Z"),
        ])
        func `Keys that expire within a time are asked for by its end`(time: String, end: String) {
            let daemon = daemon(Sample.page([]))
            defer { daemon.stop() }
            let run = CommandRun(["list", "--expires-within", time, "-w", "*"], daemon: daemon)
            #expect(daemon.received[0].contains(#""expiresBefore":"\#(end)""#))
            #expect(daemon.received[0].contains(#""workspace":"*""#))
            #expect(run.errors == "No key matches. --all includes ended keys.\n")
        }

        @Test func `In a list of all workspaces each key has its own`() {
            let daemon = daemon(Sample.page([Sample.key(), Sample.key().replacing("default", with: "acme")]))
            defer { daemon.stop() }
            let pipe = CommandRun(["list", "-w", "*"], daemon: daemon)
            let starts = pipe.output.split(separator: "\n").map { $0.split(separator: "\t").prefix(2) }
            #expect(starts == [["default", "prod-main-app"], ["acme", "prod-main-app"]])
            let screen = CommandRun(["list", "-w", "*"], daemon: daemon, isScreen: true, width: 120)
            #expect(screen.output.contains("\nWORKSPACE  NAME "))
        }

        @Test func `Where all keys have ended the list says how to see them`() {
            let daemon = daemon(Sample.page([], matching: 0, total: 3))
            defer { daemon.stop() }
            #expect(CommandRun(["list"], daemon: daemon).errors == "All keys here have ended. --all shows them.\n")
        }

        @Test(arguments: [64, 72, 80, 90]) func `Actions are cut before names`(width: Int) {
            let name = "payments-production-eu"
            let daemon = daemon(Sample.page([Sample.key(name), Sample.key("b")]))
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon, isScreen: true, width: width)
            let lines = run.output.split(separator: "\n").dropFirst()
            #expect(lines.allSatisfy { String($0).displayWidth <= width })
            let isNameCut = !run.output.contains(name)
            let areActionsCut = !run.output.contains("rotate revoke disable")
            #expect(areActionsCut)
            if width >= 80 { #expect(!isNameCut) }
        }

        @Test(arguments: [20, 40, 63]) func `A narrow terminal gets a block for each key`(width: Int) {
            let daemon = daemon(Sample.page([Sample.key("payments"), Sample.key("b", prefix: "kw_00000002")]))
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon, isScreen: true, width: width)
            let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
            #expect(lines.allSatisfy { String($0).displayWidth <= width })
            #expect(
                lines.first == "payments" && lines.contains("  PREFIX     kw_00000002".prefix(width)[...]) || width < 40
            )
            #expect(lines.filter { $0.isEmpty }.count == 2)
        }

        @Test func `Colour that is always wanted is in a pipe too`() {
            let daemon = daemon(Sample.page([Sample.key()]))
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon, color: true)
            #expect(run.output.contains("\u{1B}[1mprod-main-app\u{1B}[0m\tkw_8FqL2mXw\t"))
            let sheet = ScriptedDaemon { _ in .result(#"{"key":\#(Sample.key())}"#) }
            defer { sheet.stop() }
            #expect(
                CommandRun(["show", "a"], daemon: sheet, color: true).output.hasPrefix("name\t\u{1B}[1mprod-main-app"))
        }

        @Test func `A key in a list is read as a coder reads it`() throws {
            let keys = [
                Sample.key(), Sample.key("b", lastUsed: nil, expires: nil), Sample.key(#"\u0062\"ü"#, by: #"\\"#),
                Sample.key("c", actions: "").replacing(
                    #""facts":[]"#, with: #""facts":["stale", "unused"],"new":{"a":[1]}"#),
            ]
            let page = try KeyRowPage(JSONText(Sample.page(keys, cursor: "x.1.", matching: 3, total: 4)))
            let decoded = try keys.map { KeyRow(try JSONCoding.decode(Key.self, from: Array($0.utf8))) }
            #expect(page.rows == decoded)
            #expect(
                page.nextCursor == "x.1." && page.matching == 3 && page.total == 4 && page.access.plan == "standard")
        }

        @Test(arguments: [
            "{}", #"{"keys":{},"access":{"plan":"a","apiAccess":true}}"#,
            #"{"keys":[{}],"access":{"plan":"a","apiAccess":true}}"#,
            #"{"keys":[7],"access":{"plan":"a","apiAccess":true}}"#, #"{"keys":[],"access":7}"#,
        ])
        func `A result that is no list is sweepMarks of`(result: String) {
            let daemon = daemon(result)
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon)
            #expect(
                run.status == .unreachable
                    && run.errors.contains("the result of keys.list does not follow the protocol"))
        }

        @Test func `A second page is not cut to the widths of the first`() {
            let daemon = ScriptedDaemon { line in
                .result(
                    line.contains("cursor")
                        ? Sample.page([Sample.key("a-much-longer-name")]) : Sample.page([Sample.key("a")], cursor: "n"))
            }
            defer { daemon.stop() }
            let run = CommandRun(["list"], daemon: daemon, isScreen: true, width: 120)
            #expect(run.output.contains("\na-much-longer-name  kw_8FqL2mXw"))
            #expect(run.output.split(separator: "\n").filter { $0.hasPrefix("NAME") }.count == 1)
        }
    }
}
