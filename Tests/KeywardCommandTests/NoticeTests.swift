import ScriptedDaemon
import Testing

@testable import keyward

extension CommandTests {
    @Suite struct NoticeTests {
        private static let notices =
            #""notices":[{"code":"a","message":"The first.","remedy":["clock","accept"]},{"code":"b","message":"#
            + #""The second.","remedy":null}]"#

        private func daemon() -> ScriptedDaemon {
            ScriptedDaemon { line in
                .result(
                    line.contains("system.ping")
                        ? #"{"state":"ready",\#(Self.notices)}"# : Sample.page([Sample.key()]))
            }
        }

        @Test(arguments: [["ping", "--admin"], ["list"]])
        func `Notices are said with the command that mends them`(arguments: [String]) {
            let daemon = daemon()
            defer { daemon.stop() }
            let run = CommandRun(arguments, daemon: daemon)
            #expect(
                run.errors == """
                    The first. To fix it, run: keyward clock accept --socket=\(daemon.path)
                    The second.

                    """)
            #expect(run.status == .done)
        }

        @Test func `A daemon that is older than notices has none`() {
            let daemon = ScriptedDaemon { _ in .result(#"{"state":"ready"}"#) }
            defer { daemon.stop() }
            let run = CommandRun(["ping"], daemon: daemon)
            #expect(run.output == "ready\n" && run.errors.isEmpty)
        }
    }
}
