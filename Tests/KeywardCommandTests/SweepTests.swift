import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct SweepTests {
        private static func report(_ sweep: String, _ changed: String = "{}", held: String = "null") -> String {
            #"{"sweep":"\#(sweep)","at":"2026-11-23T11:59:57.000Z","dryRun":false,"examined":12,"#
                + #""changed":\#(changed),"held":\#(held)}"#
        }

        /// Answers each sweep with its report.
        private func daemon() -> ScriptedDaemon {
            ScriptedDaemon(answering: { line in
                if line.contains(#""expiry""#) {
                    return .result(
                        #"{"report":\#(Self.report("expiry", #"{"key.expired":3,"key.expiring":1200}"#))}"#)
                }
                let held = line.contains(#""stale""#) ? #"{"reason":"tooManyKeys","n":7}"# : "null"
                let name = line.contains(#""stale""#) ? "stale" : "retention"
                return .result(#"{"report":\#(Self.report(name, held: held))}"#)
            })
        }

        @Test func `Without a name all three sweeps run, and what is held has its remedy`() {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["sweep"], daemon: daemon, isScreen: true)
            #expect(
                run.output == """
                    SWEEP      CHECKED  CHANGED                            HELD
                    expiry     12       key.expired 3, key.expiring 1,200  -
                    stale      12       nothing                            7, tooManyKeys
                    retention  12       nothing                            -

                    """)
            #expect(run.errors.contains("7 keys held") && run.errors.contains("keyward sweep stale --force"))
            #expect(run.status == .done && daemon.received.count == 3)
        }

        @Test func `Elsewhere there are exact values between tabs`() {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["sweep", "expiry"], daemon: daemon)
            #expect(run.output == "expiry\t12\tkey.expired=3 key.expiring=1200\t-\n")
            #expect(run.errors.isEmpty && daemon.received.count == 1)
            #expect(CommandRun(["sweep", "stale"], daemon: daemon).output == "stale\t12\t-\t7 tooManyKeys\n")
        }

        @Test func `As JSON each sweep is a line as it came`() {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(["sweep", "--json", "--dry-run", "--force"], daemon: daemon)
            #expect(
                run.output.split(separator: "\n").count == 3 && run.output.hasPrefix(#"{"report":{"sweep":"expiry""#))
            #expect(daemon.received[0].contains(#""dryRun":true"#) && daemon.received[0].contains(#""force":true"#))
        }

        @Test func `A sweep that there is not is told of before anyone is asked`() {
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
