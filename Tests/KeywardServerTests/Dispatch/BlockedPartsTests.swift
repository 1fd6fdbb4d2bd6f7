import Dispatch
import Glibc
import KeywardCore
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

/// A name service or a disk that does not answer: what waits for it, and what does not.
@Suite struct BlockedPartsTests {
    /// Accounts whose name service does not answer some look-ups until it is released.
    private final class StuckAccounts: AccountDirectory {
        private let inner = FixedAccounts()
        private let stuck = Mutex<Set<String>>([])
        private let asked = DispatchSemaphore(value: 0)
        private let answer = DispatchSemaphore(value: 0)

        func block(_ names: Set<String>) { stuck.withLock { $0 = names } }

        /// Waits until a look-up is pending.
        func waitUntilAsked() { asked.wait() }

        func letGo() {
            block([])
            for _ in 0..<64 { answer.signal() }
        }

        private func pass(_ name: String) {
            guard stuck.withLock({ $0.contains(name) }) else { return }
            asked.signal()
            answer.wait()
        }

        func userName(of uid: UInt32) -> String? { currentUserName(of: uid) }

        func currentUserName(of uid: UInt32) -> String? {
            pass("uid \(uid)")
            return inner.currentUserName(of: uid)
        }

        func userID(named name: String) -> UInt32? {
            pass(name)
            return inner.userID(named: name)
        }

        func groupID(named name: String) -> UInt32? { inner.groupID(named: name) }
        func hasGroup(_ gid: UInt32) -> Bool { inner.hasGroup(gid) }
        func humanNames() -> [String] { inner.humanNames() }
    }

    /// A clock of deadlines.
    private final class Deadlines: Sendable {
        let now = Atomic<Int64>(0)

        func pass() { now.add(ChangeService.patience, ordering: .relaxed) }
    }

    private let accounts = StuckAccounts()
    private let deadlines = Deadlines()
    private let gate: GatedStore
    private let daemon: InMemoryDaemon

    init() throws {
        let (store, deadlines) = (InMemoryStore(), deadlines)
        gate = GatedStore(store)
        daemon = try InMemoryDaemon(
            store: store, accounts: accounts, gate: gate, monotonic: { deadlines.now.load(ordering: .relaxed) })
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"admin"}"#)
    }

    /// The reply of a call on its own thread.
    private func begin(_ method: String, _ params: String, as user: Peer = .root) -> Later {
        let (daemon, later) = (daemon, Later())
        DispatchQueue(label: "caller").async {
            later.resolve(with: Result { try daemon.talk(as: user).call(method, params) })
        }
        return later
    }

    private final class Later: Sendable {
        private let reply = Mutex<Result<JSON, any Error>?>(nil)
        private let arrived = DispatchSemaphore(value: 0)

        func resolve(with result: sending Result<JSON, any Error>) {
            reply.withLock { $0 = result }
            arrived.signal()
        }

        func get() throws -> JSON {
            arrived.wait()
            return try reply.withLock { try $0!.get() }
        }
    }

    private func create(_ name: String, as user: Peer = .root, owner: String? = nil) -> Later {
        let owner = owner.map { #","owner":{"principal":"\#($0)"}"# } ?? ""
        return begin("keys.create", #"{"name":"\#(name)"\#(owner)}"#, as: user)
    }

    @Test func aNameServiceThatDoesNotAnswerStopsOnlyTheChangesThatNeedIt() throws {
        accounts.block(["uid 1001"])
        let stuck = create("gateway", as: .anna)
        accounts.waitUntilAsked()
        // Enough to block every worker, if each blocked one.
        let others = (0..<40).map { create("by-anna-\($0)", as: .anna) }
        while daemon.server.services.changes.countUnderWay < 1 + others.count { sched_yield() }
        let secret = try daemon.secret("by-root")
        try daemon.call("keys.disable", #"{"key":"by-root"}"#)
        #expect(try daemon.call("system.ping")["state"].text == "ready")
        let verdict = try daemon.talk(as: .gate, on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)
        #expect(verdict["result"]["code"].text == "disabled")

        deadlines.pass()
        for reply in try [stuck.get()] + others.map({ try $0.get() }) {
            #expect(reply["error"]["data"]["code"].text == "internalError")
            #expect(reply["error"]["data"]["reason"].text == "nameService")
        }
        accounts.letGo()
        #expect(try create("gateway", as: .anna).get()["result"]["key"]["name"].text == "gateway")
    }

    @Test func anOwnerThatCannotBeLookedUpHoldsUpItsOwnChangeOnly() throws {
        accounts.block(["slow-1", "slow-2", "slow-3"])
        let stuck = (1...3).map { create("key-\($0)", owner: "user:slow-\($0)") }
        for _ in stuck { accounts.waitUntilAsked() }
        try daemon.call("keys.create", #"{"name":"gateway","owner":{"principal":"user:bert"}}"#)
        deadlines.pass()
        for later in stuck { #expect(try later.get()["error"]["data"]["reason"].text == "nameService") }
        accounts.letGo()
    }

    /// The role comes from the grants at the time of the decision.
    @Test func aMemberWhoIsRemovedWhileAChangeWaitsIsRefused() throws {
        accounts.block(["anna"])
        let waiting = create("gateway", as: .anna)
        accounts.waitUntilAsked()
        try daemon.call("members.remove", #"{"workspace":"default","principal":"user:anna"}"#)
        accounts.letGo()
        #expect(try waiting.get()["error"]["data"]["code"].text == "permissionDenied")
    }

    @Test func aDiskThatDoesNotAnswerStopsNoReadAndHoldsNoChangeForLong() throws {
        let secret = try daemon.secret("gateway")
        gate.hold()
        let written = create("written")
        gate.waitUntilHeld()
        let waiting = (0..<3).map { create("waiting-\($0)") }
        while daemon.server.authority.committer.waitingChanges < 3 { sched_yield() }

        #expect(try daemon.call("system.ping")["state"].text == "ready")
        #expect(try daemon.call("keys.get", #"{"key":"gateway"}"#)["key"]["name"].text == "gateway")
        #expect(try daemon.call("keys.list")["keys"].items.count == 1)
        let verdict = try daemon.talk(as: .gate, on: .verify).call("keys.verify", #"{"key":"\#(secret)"}"#)
        #expect(verdict["result"]["valid"] == .bool(true))

        deadlines.pass()
        for later in waiting { #expect(try later.get()["error"]["data"]["reason"].text == "store") }
        gate.letGo()
        #expect(try written.get()["result"]["key"]["name"].text == "written")
        #expect(try daemon.call("keys.list")["keys"].items.count == 2)
    }
}
