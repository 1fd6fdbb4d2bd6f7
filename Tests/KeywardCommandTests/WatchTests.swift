import KeywardClient
import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    /// `keyward watch`, against a daemon that sends the given lines and then refuses.
    @Suite struct WatchTests {
        private static func event(_ seq: Int, _ type: String, _ details: String, key: Bool = true) -> String {
            #"{"subscription":"sub-1","type":"\#(type)","at":"2026-11-23T12:00:00.000Z","seq":\#(seq),"#
                + #""workspace":"acme","keyId":\#(key ? #""key_1""# : "null"),"actor":{"uid":7,"user":"anna"},"#
                + #""details":\#(details)}"#
        }

        private static let refusal = #"{"code":-32001,"message":"No longer.","data":{"code":"permissionDenied"}}"#

        /// Sends events to the first subscription, ends its connection, and refuses the next.
        private func daemon(saying events: [String]) -> ScriptedDaemon {
            ScriptedDaemon { peer in
                guard let line = peer.readLine() else { return }
                guard peer.index == 0 else { return peer.write(Answer.error(Self.refusal).line(to: line)) }
                peer.write(Answer.result(#"{"subscription":"sub-1","seq":5}"#).line(to: line))
                for event in events { peer.write(#"{"jsonrpc":"2.0","method":"event","params":\#(event)}"# + "\n") }
            }
        }

        private static let some = [
            event(6, "created", #"{"name":"staging-api","prefix":"kw_8FqL2mXw"}"#),
            event(7, "planChanged", #"{"from":"standard","to":"free"}"#, key: false),
            event(8, "expiring", #"{"name":"a","prefix":"kw_00000000","days":7}"#),
        ]

        @Test func writesValuesBetweenTabs() {
            let daemon = daemon(saying: Self.some)
            defer { daemon.stop() }
            let run = CommandRun(["watch"], daemon: daemon)
            #expect(run.status == .permissionDenied)
            let rows = run.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
            #expect(rows.count == 3)
            #expect(
                rows.first == [
                    "6", "2026-11-23T12:00:00.000Z", "created", "acme", "staging-api", "kw_8FqL2mXw", "key_1", "anna",
                    #"{"name":"staging-api","prefix":"kw_8FqL2mXw"}"#,
                ])
            #expect(rows.allSatisfy { $0.count == 9 })
        }

        @Test func givesTheDaemonsOwnWords() {
            let daemon = daemon(saying: Self.some)
            defer { daemon.stop() }
            let run = CommandRun(["watch", "--json"], daemon: daemon)
            #expect(run.output == Self.some.map { $0 + "\n" }.joined())
        }

        @Test func showsPeopleWhatMatters() {
            let daemon = daemon(saying: Self.some)
            defer { daemon.stop() }
            let lines = CommandRun(["watch"], daemon: daemon, isScreen: true).output.split(separator: "\n")
            #expect(lines[0].hasSuffix("created       staging-api (kw_8FqL2mXw) in acme by anna"))
            #expect(lines[1].hasSuffix("planChanged   workspace acme from standard to free by anna"))
            #expect(lines[2].hasSuffix("expiring      a (kw_00000000) within 7 days in acme by anna"))
        }

        @Test func nothingThatATerminalWouldObeyIsShown() {
            let daemon = daemon(saying: [Self.event(6, "created", #"{"name":"\u001b[2J"}"#)])
            defer { daemon.stop() }
            #expect(!CommandRun(["watch"], daemon: daemon, isScreen: true).output.contains("\u{1B}"))
            let again = self.daemon(saying: [Self.event(6, "created", #"{"name":"\u001b[2J"}"#)])
            defer { again.stop() }
            #expect(!CommandRun(["watch"], daemon: again).output.contains("\u{1B}"))
        }

        @Test func asksForWhatItIsTold() {
            let daemon = daemon(saying: [])
            defer { daemon.stop() }
            _ = CommandRun(["watch", "--type", "created", "--type", "revoked", "-w", "acme"], daemon: daemon)
            #expect(
                daemon.received.first?.hasSuffix(
                    #""method":"events.subscribe","params":{"types":["created","revoked"],"workspace":"acme"}}"#)
                    == true)
        }

        @Test func namesTheTypesThatThereAre() {
            let run = CommandRun(["watch", "--type", "nonsense"])
            #expect(run.status == .usage && run.errors.contains("sweepFinished") && run.errors.contains("firstUse"))
        }
    }
}
