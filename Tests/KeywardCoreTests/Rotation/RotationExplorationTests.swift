import KeywardTesting
import Testing

@testable import KeywardCore

/// All sequences of up to six operations on the keys of one name, checked against a model of the rules and against
/// invariants.
///
/// The test explores states, not sequences. A state that was reached before is not explored again, so each reachable
/// state is entered once, by a shortest sequence. Every operation is tried in every state: by name and by the prefix of
/// every key so far, with and without confirmation. Each state is loaded from its store before an operation that
/// changes something, unless the change is easily undone. So a restart is part of every path.
struct RotationExplorationTests {
    @Test func everySequenceOfSixOperationsFollowsTheRules() throws {
        var exploration = try RotationExploration()
        for _ in 0..<6 where exploration.broken.isEmpty { try exploration.goOn() }
        #expect(exploration.broken.isEmpty, "\(exploration.broken.joined(separator: "\n"))")
        // A smaller number means that something is no longer explored.
        #expect(exploration.visited.count == 7_191)
        #expect(exploration.transitions == 72_429)
    }

    /// Longer random histories, in one process without a restart.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func longHistoriesFollowTheRulesToo(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var walk = try RotationWalk(RotationWalk.start(seed: random.next()))
            for _ in 0..<40 where walk.node.model.keys.count < 9 {
                let operation = RotationOperation.all(keys: walk.node.model.keys.count).randomElement(using: &random)!
                _ = try walk.step(operation)
            }
            #expect(walk.broken.isEmpty, "\(walk.broken.joined(separator: "\n"))")
        }
    }
}

/// A state of the keys, and what is needed to continue from it.
struct RotationNode {
    var path: [RotationOperation] = []
    var contents: InMemoryContents
    var random: SeededGenerator
    var clock: ManualClock
    var secrets: [String] = []
    var model = RotationModel()
}

/// A breadth-first search.
private struct RotationExploration {
    struct State: Hashable {
        var model: RotationModel
        var core: RotationSnapshot
    }

    private(set) var visited: Set<State> = []
    private(set) var transitions = 0
    private(set) var broken: [String] = []
    private var frontier: [RotationNode]

    init() throws {
        let start = try RotationWalk.start(seed: 1)
        frontier = [start]
        let walk = try RotationWalk(start)
        visited = [State(model: start.model, core: walk.snapshot)]
    }

    /// Tries every operation in every state of the last level.
    mutating func goOn() throws {
        var next: [RotationNode] = []
        for node in frontier {
            var walk = try RotationWalk(node)
            let start = walk.snapshot
            for operation in RotationOperation.all(keys: node.model.keys.count) {
                transitions += 1
                guard try walk.step(operation) else { continue }
                if visited.insert(State(model: walk.node.model, core: walk.snapshot)).inserted {
                    next.append(walk.node)
                }
                if !walk.broken.isEmpty {
                    broken += walk.broken
                    return
                }
                if try !walk.undo(operation, backTo: node, start) {
                    broken += walk.broken
                    walk = try RotationWalk(node)
                }
            }
            broken += walk.broken
        }
        frontier = next
    }
}

/// The core on a path from a state, with the model beside it.
struct RotationWalk {
    private let store: InMemoryStore
    private let fixture: AuthorityFixture
    private(set) var node: RotationNode
    private(set) var snapshot: RotationSnapshot
    /// The violations, each with its path.
    private(set) var broken: [String] = []

    private static func fixture(_ store: InMemoryStore, seed: UInt64) throws -> AuthorityFixture {
        var policy = Policy()
        policy.plans["capped"] = Plan(apiAccess: true, maxKeys: RotationModel.cap)
        // Histories are longer than 90 days; stale keys are not part of this test.
        policy.sweeps.staleAfterDays = 3_000
        return try AuthorityFixture(store: store, policy: policy, seed: seed)
    }

    /// A state without keys.
    static func start(seed: UInt64) throws -> RotationNode {
        let store = InMemoryStore()
        let fixture = try fixture(store, seed: seed)
        return RotationNode(contents: store.contents, random: fixture.random, clock: fixture.clock)
    }

    init(_ node: RotationNode) throws {
        self.node = node
        store = InMemoryStore(contents: node.contents)
        fixture = try Self.fixture(store, seed: 1)
        (fixture.random, fixture.clock) = (node.random, node.clock)
        snapshot = RotationSnapshot(fixture)
    }

    /// Performs one operation and checks the result. Returns whether it changed anything.
    mutating func step(_ operation: RotationOperation) throws -> Bool {
        let (before, modelBefore, entries) = (snapshot, node.model, fixture.entries.count)
        let expected = node.model.apply(operation)
        let outcome = try fixture.perform(operation, secrets: &node.secrets)
        snapshot = RotationSnapshot(fixture)
        node.path.append(operation)
        if !(outcome == expected) { fail("\(outcome), not \(expected)") }
        expectModel()
        expectInvariants(operation, outcome, before, fixture.entries[entries...].compactMap(\.keyID))
        if snapshot == before, node.model == modelBefore {
            node.path.removeLast()
            return false
        }
        (node.contents, node.random, node.clock) = (store.contents, fixture.random, fixture.clock)
        return true
    }

    /// Performs the inverse of an operation, if there is one, because a start from the store takes longer. Returns
    /// whether the state is as before.
    mutating func undo(
        _ operation: RotationOperation, backTo node: RotationNode, _ snapshot: RotationSnapshot
    ) throws -> Bool {
        switch operation {
        case .plan: _ = try step(.plan(node.model.plan))
        case .disable(.prefix(let key)): _ = try step(.enable(.prefix(key)))
        case .enable(.prefix(let key)): _ = try step(.disable(.prefix(key)))
        default: return false
        }
        guard self.node.model == node.model, self.snapshot == snapshot else { return false }
        self.node = node
        return true
    }

    private mutating func fail(_ what: String) {
        broken.append("\(what) after \(node.path)")
    }

    /// The core's keys equal the model's.
    private mutating func expectModel() {
        let model = node.model
        if !(snapshot.keys.count == model.keys.count) { fail("\(snapshot.keys.count) keys, not \(model.keys.count)") }
        for (key, (core, facts)) in zip(snapshot.keys, model.keys).enumerated() {
            if !(core.status == model.status(of: key)) {
                fail("key \(key) \(core.status), not \(model.status(of: key))")
            }
            if !(core.successor.map { Int($0) - 1 } == facts.successor) { fail("key \(key) has another successor") }
            guard model.isLive(key) else { continue }
            let left = model.lifeLeft(of: key)
            let end = left == .max ? Int64.max : Int64(left) * 3_600_000
            if !(core.end == end) { fail("key \(key) ends in \(core.end) ms, not \(end)") }
        }
        let (live, now) = (model.live, fixture.now)
        let named = fixture.authority.registry.read { state in
            state.liveKeys(named: "pay", inWorkspace: 1, now: now).map { Int(state.table[$0].number) - 1 }
        }
        if !(named == live) { fail("the name means \(named), not \(live)") }
        let seen = (try? fixture.view(.name("pay"))).map { Int($0.record.number) - 1 }
        let newest = live.last ?? model.keys.indices.last
        if !(seen == newest) {
            fail("a look by name finds \(String(describing: seen)), not \(String(describing: newest))")
        }
    }

    /// Invariants that do not depend on the rules.
    private mutating func expectInvariants(
        _ operation: RotationOperation, _ outcome: RotationOutcome, _ before: RotationSnapshot, _ entries: [String]
    ) {
        if before.rotation != nil, !operation.isConfirmed {
            for (key, old) in before.keys.enumerated() where old.end != .max || old.status.isTerminal {
                guard key == before.rotation?.old || old.status.isTerminal else { continue }
                if !(snapshot.keys[key].end <= old.end) { fail("key \(key), which was ending, lives longer") }
            }
            switch operation {
            case .disable, .pass: break
            default:
                if !(snapshot.hasVerifying || !before.hasVerifying) { fail("the name has no verifying key any more") }
            }
        }
        for (key, old) in before.keys.enumerated() where old.status.isTerminal {
            if !(snapshot.keys[key].status.isTerminal) { fail("key \(key), which had ended, is live") }
        }
        if case .done = outcome, operation.isCapped, snapshot != before, snapshot.plan == "capped" {
            if !(snapshot.counted <= RotationModel.cap) { fail("\(snapshot.counted) keys count above the cap") }
        }
        if snapshot.live.count > 1 {
            let ends = snapshot.rotation.map { [$0.old, $0.new] }
            if !(ends == snapshot.live) { fail("live keys \(snapshot.live) have one name") }
        }
        let changed = snapshot.changed(since: before)
        if !(changed.sorted() == entries.sorted()) { fail("entries about \(entries), and \(changed) were changed") }
    }
}
