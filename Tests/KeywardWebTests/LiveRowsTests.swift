import HTTPTypes
import KeywardClient
import KeywardProtocol
import ScriptedDaemon
import Synchronization
import Testing

@testable import KeywardWeb

/// The rows of an open page, which asks for news every 2 s.
struct LiveRowsTests {
    private static let mark = HTTPField.Name("X-Mark")!

    /// A daemon with two keys, which counts what it is asked.
    private final class CountingDaemon: Sendable {
        private struct State {
            var seq = 41
            var keys: [Key]
            var asked: [String: Int] = [:]
        }

        private let state: Mutex<State>

        init() {
            let keys = ["kw_8FqL2mXw", "kw_YofaM4QF"].map { prefix in
                Key(
                    id: "key_" + prefix.lowercased(), workspace: "default", name: "staging-api", prefix: prefix,
                    status: .active, createdAt: Timestamp(milliseconds: 0), createdBy: Account(uid: 0))
            }
            state = Mutex(State(keys: keys))
        }

        /// The calls since the last time.
        func asked() -> [String: Int] {
            state.withLock { state in
                defer { state.asked = [:] }
                return state.asked
            }
        }

        func change(_ body: (inout [Key]) -> Void, isAudited: Bool = true) {
            state.withLock { state in
                body(&state.keys)
                if isAudited { state.seq += 1 }
            }
        }

        func answer(_ line: String) -> ScriptedAnswer {
            state.withLock { state in
                let method = Request.method(line)
                state.asked[method, default: 0] += 1
                let json: String? =
                    switch method {
                    case "audit.list": try? JSONCoding.string(of: ListAudit.Result(entries: [entry(state.seq)]))
                    case "keys.list":
                        try? JSONCoding.string(
                            of: ListKeys.Result(keys: state.keys, access: Access(plan: "standard", apiAccess: true)))
                    default:
                        state.keys.first { $0.prefix == Request.key(line) }
                            .flatMap { try? JSONCoding.string(of: GetKey.Result(key: $0)) }
                    }
                return json.map { .result($0) }
                    ?? .error(#"{"code":-32002,"message":"There is no such key.","data":{"code":"notFound"}}"#)
            }
        }

        private func entry(_ seq: Int) -> AuditEntry {
            AuditEntry(
                seq: seq, at: Timestamp(milliseconds: 0), actor: Account(uid: 0), action: "key.created",
                workspace: "default", keyId: nil, details: .emptyObject, hash: "00")
        }
    }

    private struct OpenPage {
        let browser: Browser
        var mark: String

        /// Asks for news as the script of the page does.
        mutating func ask(keys: String = "kw_8FqL2mXw,kw_YofaM4QF") async throws -> Page {
            let page = try await browser.get("\(ScreenFixture.base)/rows?after=\(mark)&keys=\(keys)")
            mark = try #require(page.headers[LiveRowsTests.mark])
            return page
        }
    }

    private func withOpenPage(_ body: (inout OpenPage, CountingDaemon) async throws -> Void) async throws {
        let counting = CountingDaemon()
        let daemon = ScriptedDaemon { counting.answer($0) }
        defer { daemon.stop() }
        var browser = Browser(try ScreenFixture.screen(of: daemon.path))
        try await browser.signIn()
        let first = try await browser.get(ScreenFixture.base + "/rows")
        #expect(first.status == 200 && counting.asked()["keys.list"] == 1)
        var page = OpenPage(browser: browser, mark: try #require(first.headers[Self.mark]))
        try await body(&page, counting)
    }

    @Test func withoutNewsNothingIsListedOrSent() async throws {
        try await withOpenPage { page, daemon in
            for _ in 0..<3 {
                let answer = try await page.ask()
                #expect(answer.status == 204 && answer.text.isEmpty)
                #expect(daemon.asked() == ["audit.list": 1, "keys.get": 2])
            }
        }
    }

    @Test func usesAreSentWithoutAList() async throws {
        try await withOpenPage { page, daemon in
            daemon.change({ $0[1].usageCount = 1_234 }, isAudited: false)
            let answer = try await page.ask()
            #expect(answer.status == 200 && answer.words.contains("kw_YofaM4QF 1,234"))
            let order = answer.words.ranges(of: #/kw_\w+/#).map { answer.words[$0] }
            #expect(order == ["kw_8FqL2mXw", "kw_YofaM4QF"])
            #expect(daemon.asked()["keys.list"] == nil)
            #expect(try await page.ask().status == 204)
        }
    }

    @Test func anotherEntryOfTheTrailHasTheKeysListed() async throws {
        try await withOpenPage { page, daemon in
            daemon.change { $0.removeLast() }
            let answer = try await page.ask()
            #expect(answer.status == 200 && !answer.words.contains("kw_YofaM4QF"))
            #expect(daemon.asked() == ["audit.list": 1, "keys.list": 1])
            // An entry that changed nothing here: the page takes only its number.
            daemon.change { _ in }
            #expect(try await page.ask(keys: "kw_8FqL2mXw").status == 204 && daemon.asked()["keys.list"] == 1)
            #expect(try await page.ask(keys: "kw_8FqL2mXw").status == 204 && daemon.asked()["keys.list"] == nil)
        }
    }

    @Test func aStatusThatTimeChangesHasTheKeysListed() async throws {
        try await withOpenPage { page, daemon in
            daemon.change({ $0[0].status = .stale }, isAudited: false)
            let answer = try await page.ask()
            #expect(answer.status == 200 && answer.words.contains("stale") && daemon.asked()["keys.list"] == 1)
        }
    }

    @Test(arguments: [
        "", "kw_8FqL2mXw", "kw_YofaM4QF,kw_8FqL2mXw", "kw_8FqL2mXw,kw_00000000",
        Array(repeating: "kw_8FqL2mXw", count: 26).joined(separator: ","),
    ])
    func rowsThatAreNotThoseOfTheMarkAreListed(keys: String) async throws {
        try await withOpenPage { page, daemon in
            let answer = try await page.ask(keys: keys)
            #expect(answer.status == 204)
            #expect(daemon.asked()["keys.list"] == 1)
        }
    }

    @Test(arguments: ["", "0-0-0", "41", "x-y-z", "41-0-0-0", "99999999999999999999-0-0"])
    func aMarkOfNoPageHasTheKeysListed(mark: String) async throws {
        try await withOpenPage { page, daemon in
            page.mark = mark
            let answer = try await page.ask()
            #expect(answer.status == 200 && daemon.asked()["keys.list"] == 1)
        }
    }

    @Test func aRealDaemonsNewsAreSeen() async throws {
        let fixture = try await ScreenFixture()
        let first = try await fixture.admin.createKey(named: "prod-main-app")
        let table = try await fixture.table()
        var page = OpenPage(
            browser: fixture.browser, mark: try #require(Markup.attribute("data-mark", of: table.text)))
        #expect(try await page.ask(keys: first.key.prefix).status == 204)
        #expect(try await page.ask(keys: first.key.prefix).status == 204)
        try await fixture.verify(first.secret)
        #expect(try await page.ask(keys: first.key.prefix).words.contains("active"))
        let second = try await fixture.admin.createKey(named: "staging-api").key
        #expect(try await page.ask(keys: first.key.prefix).words.contains("staging-api"))
        let both = "\(second.prefix),\(first.key.prefix)"
        #expect(try await page.ask(keys: both).status == 204)
        _ = try await fixture.admin.revokeKey("staging-api", reason: .unused)
        let last = try await page.ask(keys: both)
        #expect(last.status == 200 && !last.words.contains("staging-api"))
    }
}
