import KeywardTesting
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    /// Limits, credits and budgets on the command line.
    @Suite struct BudgetTests {
        private static let budget =
            #"{"name":"team","workspace":"default","limits":[{"name":"r","limit":100,"windowSeconds":3600,"#
            + #""automatic":true,"remaining":25}],"credits":{"remaining":12345,"refill":{"amount":50000,"#
            + #""every":"month","day":31},"refillsAt":"2026-12-01T00:00:00.000Z"},"keys":2}"#

        @Test func `The options become the terms`() throws {
            let daemon = ScriptedDaemon { _ in .result(#"{"budget":\#(Self.budget)}"#) }
            let run = CommandRun(
                [
                    "budget", "set", "team", "--limit", "r=100/1h", "--limit", "t=5/2d:named", "--credits", "+7",
                    "--refill", "50000/month:31",
                ], daemon: daemon)
            #expect(run.status == .done, "\(run.errors)")
            let sent = try #require(daemon.received.first)
            #expect(
                sent.contains(
                    #""limits":[{"name":"r","limit":100,"windowSeconds":3600},"#
                        + #"{"name":"t","limit":5,"windowSeconds":172800,"automatic":false}]"#))
            #expect(sent.contains(#""credits":{"add":7,"refill":{"amount":50000,"every":"month","day":31}}"#))
        }

        @Test func `A sheet shows what remains`() {
            let daemon = ScriptedDaemon { _ in .result(#"{"budget":\#(Self.budget)}"#) }
            let piped = CommandRun(["budget", "show", "team"], daemon: daemon)
            #expect(piped.output.contains("limit.r\t25\n") && piped.output.contains("credits.remaining\t12345\n"))
            #expect(piped.output.contains("credits.refill\t50000/month:31\n"))
        }

        @Test func `An empty list says how to begin`() {
            let daemon = ScriptedDaemon { _ in .result(#"{"budgets":[]}"#) }
            let run = CommandRun(["budget", "list"], daemon: daemon)
            #expect(run.status == .done && run.errors.contains("requests=100/60s"))
        }

        @Test func `A list has a line for each budget`() {
            let daemon = ScriptedDaemon { _ in .result(#"{"budgets":[\#(Self.budget)]}"#) }
            #expect(CommandRun(["budget", "list"], daemon: daemon).output == "team\t2\t12345\tr=100/1 h\n")
        }

        @Test(arguments: [
            ["--limit", "r"], ["--limit", "r=1"], ["--limit", "r=1/60"], ["--limit", "=1/60s"],
            ["--limit", "r=x/60s"], ["--limit", "r=1/60y"], ["--credits=-1"], ["--credits", "x"],
            ["--refill", "5"], ["--refill", "5/week"], ["--refill", "5/day:3"], ["--refill", "x/day"],
            ["--refill", "5/month:"],
        ])
        func `A term that means nothing is a usage error with an example`(arguments: [String]) {
            let run = CommandRun(["create", "crm"] + arguments)
            #expect(run.status == .usage && run.errors.contains("for example"), "\(run.errors)")
        }

        @Test func `Credits that are cleared and set contradict each other`() {
            let run = CommandRun(["update", "crm", "--credits", "5", "--clear", "credits"])
            #expect(run.status == .usage && run.errors.contains("contradict"))
        }

        @Test func `A verification says what remains and when to ask again`() {
            let answer =
                #"{"valid":false,"code":"rateLimited","warnings":[],"limits":[{"name":"r","limit":9,"remaining":2,"#
                + #""resetsAt":null},{"name":"x","limit":null,"remaining":null,"resetsAt":null}],"#
                + #""credits":{"remaining":3,"refillsAt":null},"retryAfterSeconds":12}"#
            let daemon = ScriptedDaemon { _ in .result(answer) }
            let run = CommandRun(
                ["verify", "--cost", "5", "--limit", "r=2", "--limit", "x"], daemon: daemon, input: "kw_1\n")
            #expect(run.status == .notValid)
            #expect(daemon.received.first?.contains(#""cost":5,"limits":[{"name":"r","cost":2},{"name":"x"}]"#) == true)
            #expect(run.output.contains("limit.r\t2\n") && run.output.contains("retryAfterSeconds\t12\n"))
        }
    }
}
