import KeywardClient
import KeywardTesting
import ScriptedDaemon
import Testing

@testable import KeywardWeb

/// A daemon that refuses every call in the same way.
enum RefusingDaemon {
    static func page(
        code: String, number: Int, message: String, remedy: [String] = [], path: String
    ) async throws -> Page {
        let words = remedy.map { "\"\($0)\"" }.joined(separator: ",")
        let more = remedy.isEmpty ? "" : ",\"remedy\":[\(words)]"
        let daemon = ScriptedDaemon { _ in
            .error(#"{"code":\#(number),"message":"\#(message)","data":{"code":"\#(code)"\#(more)}}"#)
        }
        defer { daemon.stop() }
        var browser = Browser(try ScreenFixture.screen(of: daemon.path))
        try await browser.signIn()
        return try await browser.get(path)
    }
}

struct FailureTests {
    private let base = ScreenFixture.base

    private func browser(_ socket: String, timeout: Duration = .milliseconds(200)) async throws -> Browser {
        var browser = Browser(try ScreenFixture.screen(of: socket, timeout: timeout))
        try await browser.signIn()
        return browser
    }

    @Test func withoutADaemonThePageSaysWhatToDoAndTriesAgain() async throws {
        let page = try await browser("/nowhere/keyward.sock").get(base)
        #expect(page.status == 503 && page.words.contains("Keyward cannot be reached"))
        #expect(page.words.contains("Start the daemon") && page.text.contains("http-equiv=\"refresh\""))
    }

    @Test func aMuteDaemonIsGivenUpAfterTheScreensOwnTime() async throws {
        let daemon = ScriptedDaemon { peer in peer.readToEnd() }
        defer { daemon.stop() }
        let page = try await browser(daemon.path).get(base)
        #expect(page.status == 504 && page.words.contains("Keyward did not answer"))
    }

    @Test func aChangeWithoutAnAnswerMayHaveBeenMade() async throws {
        let daemon = ScriptedDaemon { peer in
            while let line = peer.readLine() {
                // Reads are refused at once; changes have no answer.
                if Request.method(line) != "keys.create" {
                    peer.write(ScriptedAnswer.result("{}").line(to: line))
                }
            }
        }
        defer { daemon.stop() }
        let browser = try await browser(daemon.path)
        let fields = [
            ("token", browser.formToken),
            ("request", "1"), ("name", "staging-api"),
        ]
        let page = try await browser.post(base + "/new?workspace=default", fields)
        #expect(page.status == 504 && page.words.contains("The change may have been made."))
        #expect(!page.text.contains("http-equiv=\"refresh\""))
    }

    @Test func aRoleThatWasTakenAwayIsSaid() async throws {
        let page = try await RefusingDaemon.page(
            code: "permissionDenied", number: -32001, message: "anna has no role in workspace default.", path: base)
        #expect(page.status == 403 && page.words.contains("Permission denied"))
        #expect(page.words.contains("anna has no role in workspace default."))
    }

    @Test func anAccountWithoutAWorkspaceIsToldHowToGetOne() async throws {
        let daemon = ScriptedDaemon { _ in .result(#"{"workspaces":[]}"#) }
        defer { daemon.stop() }
        let page = try await browser(daemon.path).get(base)
        #expect(page.status == 403 && page.words.contains("keyward member grant user:anna viewer"))
    }

    @Test func aRestartUnderThePageIsWaitedFor() async throws {
        let fixture = try await ScreenFixture()
        _ = try await fixture.admin.createKey(named: "prod-main-app")
        #expect(try await fixture.table().status == 200)
        fixture.daemon.stop()
        let again = try DaemonProcess(runFolder: fixture.folder.path, stateFolder: fixture.folder.file("state"))
        let page = try await fixture.table()
        #expect(page.status == 200 && page.words.contains("prod-main-app"))
        again.stop()
    }

    @Test func anAddressThatIsNotThereIsAPage() async throws {
        let page = try await browser("/nowhere").get(base + "/nowhere")
        #expect(page.status == 404 && page.words.contains("There is no such page"))
    }
}
