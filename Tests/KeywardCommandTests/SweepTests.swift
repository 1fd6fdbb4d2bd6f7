import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct SweepTests {
        private static func report(
            _ sweep: String, _ changed: String = "{}", held: String = "null", keys: Int = 0
        ) -> String {
            #"{"sweep":"\#(sweep)","at":"2026-11-23T11:59:57.000Z","dryRun":false,"examined":12,"keys":\#(keys),"entries":62,"#
                + #""changed":\#(changed),"held":\#(held)}"#
        }

        /// Answers each sweep with its report.
        private func daemon() -> ScriptedDaemon {
            ScriptedDaemon(answering: { line in
                if line.contains(#""expiry""#) {
                    return .result(
                        #"{"report":\#(Self.report("expiry", #"{"key.expired":3,"key.expiring":1200}"#, keys: 1_203))}"#
                    )
                }
                let held = line.contains(#""stale""#) ? #"{"reason":"tooManyKeys","n":7}"# : "null"
                let name = line.contains(#""stale""#) ? "stale" : "retention"
                return .result(#"{"report":\#(Self.report(name, held: held))}"#)
            })
        }

        /// The requests, without the liveness checks before them.
        private func sweeps(_ daemon: ScriptedDaemon) -> [String] {
            daemon.received.filter { Request.method($0) == "sweeps.run" }
        }

        @Test func `Without a name all three sweeps run, and what is held has its remedy`() {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["sweep"], daemon: daemon, isScreen: true)
            #expect(
                run.output == """
                    SWEEP      CHECKED  CHANGED     ACTIONS                            HELD
                    expiry     12       1,203 keys  key.expired 3, key.expiring 1,200  -
                    stale      12       0 keys      nothing                            7, tooManyKeys
                    retention  12       0 keys      nothing                            -

                    """)
            #expect(run.errors.contains("7 keys held") && run.errors.contains("keyward sweep stale --force"))
            #expect(run.status == .done && sweeps(daemon).count == 3)
        }

        @Test func `Elsewhere there are exact values between tabs`() {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["sweep", "expiry"], daemon: daemon)
            #expect(run.output == "expiry\t12\t1203\tkey.expired=3 key.expiring=1200\t-\n")
            #expect(run.errors.isEmpty && sweeps(daemon).count == 1)
            #expect(CommandRun(["sweep", "stale"], daemon: daemon).output == "stale\t12\t0\t-\t7 tooManyKeys\n")
        }

        @Test func `What sweeps would do until a time is listed by key, the earliest first`() {
            @Sendable func action(_ at: String, _ action: String, _ name: String) -> String {
                #"{"at":"\#(at)","action":"\#(action)","keyId":"key_1","name":"\#(name)","prefix":"kw_12345678","#
                    + #""workspace":"default"}"#
            }
            let daemon = ScriptedDaemon { line in
                let list =
                    line.contains(#""expiry""#)
                    ? action("2026-11-25T12:00:00.000Z", "key.expired", "shop")
                    : line.contains(#""stale""#) ? action("2026-11-24T12:00:00.000Z", "key.stale", "till") : ""
                return .result(#"{"report":\#(Self.report("expiry")),"foreseen":[\#(list)]}"#)
            }
            defer { daemon.stop() }
            let run = CommandRun(["sweep", "--dry-run", "--until", "7d"], daemon: daemon, isScreen: true)
            #expect(
                run.output == """
                    WHEN       ACTION       NAME  PREFIX       WORKSPACE
                    in 24 h    key.stale    till  kw_12345678  default
                    in 2 days  key.expired  shop  kw_12345678  default

                    """)
            #expect(sweeps(daemon)[0].contains(#""until":"2026-11-30T12:00:00.000Z""#), "\(sweeps(daemon)[0])")
            let exact = CommandRun(["sweep", "expiry", "--dry-run", "--until=7d"], daemon: daemon).output
            #expect(exact == "2026-11-25T12:00:00.000Z\tkey.expired\tshop\tkw_12345678\tdefault\n")
            let alone = CommandRun(["sweep", "--until", "7d"])
            #expect(alone.status == .usage && alone.errors.contains("--dry-run"))
        }

        @Test func `As JSON each sweep is a line as it came`() {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["sweep", "--json", "--dry-run", "--force"], daemon: daemon)
            #expect(
                run.output.split(separator: "\n").count == 3 && run.output.hasPrefix(#"{"report":{"sweep":"expiry""#))
            #expect(sweeps(daemon)[0].contains(#""dryRun":true"#) && sweeps(daemon)[0].contains(#""force":true"#))
        }

        @Test func `A sweep that there is not is sweepMarks of before anyone is asked`() {
            let run = CommandRun(["sweep", "everything"])
            #expect(run.status == .usage && run.errors.contains("expiry, stale, retention"))
        }

        @Test func `Status tells when each ran and when it has something to do`() {
            let states =
                #"{"sweep":"expiry","lastRunAt":"2026-11-23T11:59:57.000Z","lastReport":"#
                + Self.report("expiry", #"{"key.expired":3}"#)
                + #","nextDueAt":"2026-11-25T12:00:00.000Z"},"#
                + #"{"sweep":"stale","lastRunAt":null,"lastReport":null,"nextDueAt":null}"#
            let daemon = ScriptedDaemon { _ in .result(#"{"sweeps":[\#(states)]}"#) }
            defer { daemon.stop() }
            #expect(
                CommandRun(["sweep", "status"], daemon: daemon, isScreen: true).output == """
                    SWEEP   LAST RUN         NEXT            CHANGED        HELD
                    expiry  ran 3 s ago      due in 2 days   key.expired 3  -
                    stale   has not run yet  nothing is due  -              -

                    """)
            #expect(
                CommandRun(["sweep", "status"], daemon: daemon).output == """
                    expiry\t2026-11-23T11:59:57.000Z\t2026-11-25T12:00:00.000Z\tkey.expired=3\t-
                    stale\tnever\t-\t-\t-

                    """)
        }
    }
}
