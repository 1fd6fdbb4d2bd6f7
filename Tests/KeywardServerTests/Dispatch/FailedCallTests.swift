import Glibc
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// `internalError` does not contain the cause; the log does, for each of them.
struct FailedCallTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var method: String
        var params = "{}"
        var failing: InMemoryStore.Operation?
        var cause = "disk I/O error"
        var testDescription: String { "\(method) \(cause)" }
    }

    /// An audit head that was lost with its disk.
    private struct UnreadableHead: AuditHeadStorage {
        struct Unreadable: Error, CustomStringConvertible { var description: String { "EIO" } }

        func read() throws -> AuditHead? { throw Unreadable() }
        func write(_ head: AuditHead) {}
    }

    static let cases = [
        Case(method: "audit.list", failing: .read), Case(method: "audit.check", failing: .read),
        Case(method: "keys.usage", params: #"{"key":"a"}"#, failing: .read),
        Case(method: "keys.create", params: #"{"name":"b"}"#, failing: .commit),
        Case(method: "system.backup", params: #"{"name":"fails"}"#, failing: .backUp),
        Case(method: "system.backup", params: #"{"name":"unreadable"}"#, cause: "read of the backup"),
    ]

    @Test(arguments: cases) func eachHasAnEntryWithItsCause(_ item: Case) throws {
        let daemon = try InMemoryDaemon()
        defer { unlink(Backups.unreadable) }
        _ = try daemon.secret("a")
        if let operation = item.failing { daemon.store.fail(operation, with: .failed(item.cause)) }
        #expect(try daemon.talk().refusal(item.method, item.params) == "internalError")
        #expect(daemon.events.failedCalls == ["\(item.method) by 0: \(item.cause)"])
    }

    @Test func anAuditHeadThatCannotBeReadHasAnEntry() throws {
        let daemon = try InMemoryDaemon(head: UnreadableHead())
        #expect(try daemon.talk().refusal("audit.check", "{}") == "internalError")
        #expect(daemon.events.failedCalls == ["audit.check by 0: reading the audit head: EIO"])
    }

    @Test func aCallWithinABatchHasOneToo() throws {
        let daemon = try InMemoryDaemon()
        daemon.store.fail(.read, with: .failed("disk I/O error"))
        let line = #"[{"jsonrpc":"2.0","id":1,"method":"audit.list"},{"jsonrpc":"2.0","id":2,"method":"audit.list"}]"#
        let reply = try daemon.talk().ask(line)
        #expect(reply.items.map { $0["error"]["data"]["code"].string } == ["internalError", nil])
        #expect(daemon.events.failedCalls == ["audit.list by 0: disk I/O error"])
    }

    @Test func aRefusalHasNone() throws {
        let daemon = try InMemoryDaemon()
        daemon.store.fail(.commit, with: .cannotWrite("full"))
        #expect(try daemon.talk().refusal("keys.create", #"{"name":"b"}"#) == "readOnly")
        #expect(try daemon.talk().refusal("keys.get", #"{"key":"b"}"#) == "notFound")
        #expect(daemon.events.failedCalls == [])
    }
}
