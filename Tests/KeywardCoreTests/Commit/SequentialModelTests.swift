import KeywardCore
import KeywardTesting
import Synchronization
import Testing

/// What groups of changes do is what the same changes do one after another: random schedules of arrivals, commits,
/// failures of the store, changes of policy and deadlines, without threads.
///
/// The order in which changes are answered must be one in which they could have been made one by one. So they are made
/// once more in that order, each by itself, over another store: every outcome and every record must be the same.
struct SequentialModelTests {
    /// One thing that happens, as the second run repeats it.
    private enum Step: Sendable {
        case change(Asked, RefusalKind?)
        case policy(Policy)
    }

    /// An operation of a kind, on one of few names.
    private struct Asked: Sendable {
        var kind: Int
        var name: String
        var other: String
        var seed: UInt64
        var at: Instant

        init(at now: Instant, _ random: inout SeededGenerator) {
            kind = Int.random(in: 0..<10, using: &random)
            name = "key-\(Int.random(in: 0..<5, using: &random))"
            other = "key-\(Int.random(in: 0..<5, using: &random))"
            seed = random.next()
            at = now
        }

        /// Calls `body` with the operation.
        func withOperation<R>(_ body: (any KeywardCore.Operation) -> R) -> R {
            let (key, generator) = (KeyReference.name(name), SeededGenerator(seed: seed))
            switch kind {
            case 0, 1:
                return body(
                    Operations.CreateKey(name: name, requestID: kind == 0 ? other : nil, using: generator))
            case 2, 3:
                let request = RotationRequest(grace: .seconds(30), startsNow: kind == 2, isConfirmed: true)
                return body(Operations.RotateKey(key, workspace: nil, request, using: generator))
            case 4: return body(Operations.ConfirmRotation(key, workspace: nil, isConfirmed: true))
            case 5: return body(Operations.CancelRotation(key, workspace: nil))
            case 6: return body(Operations.RevokeKey(key, workspace: nil, reason: "other", isConfirmed: true))
            case 7: return body(Operations.DisableKey(key, workspace: nil))
            case 8: return body(Operations.EnableKey(key, workspace: nil))
            default:
                return body(
                    Operations.UpdateKey(key, workspace: nil, KeyUpdate(name: other), isConfirmed: true))
            }
        }
    }

    /// A run of a schedule.
    private final class Run {
        let fixture: AuthorityFixture
        let store = InMemoryStore()
        let log = Log()
        var random: SeededGenerator

        final class Log: Sendable {
            let steps = Mutex<[Step]>([])
            let underWay = Mutex(0)
        }

        init(seed: UInt64) throws {
            fixture = try AuthorityFixture(store: store)
            random = SeededGenerator(seed: seed)
        }

        func arrive() {
            let asked = Asked(at: fixture.now, &random)
            let deadline: Int64 = Bool.random(using: &random) ? .max : Int64.random(in: 0..<2_000, using: &random)
            asked.withOperation { enqueue($0, asked, deadline) }
        }

        private func enqueue(_ operation: some KeywardCore.Operation, _ asked: Asked, _ deadline: Int64) {
            let (log, facts) = (log, DecisionFacts())
            facts.learn(.people, .names([]))
            log.underWay.withLock { $0 += 1 }
            fixture.authority.committer.enqueue(
                operation, by: .caller(.root), at: { asked.at }, facts: facts, deadline: deadline
            ) { answer in
                log.underWay.withLock { $0 -= 1 }
                switch answer {
                case .done: log.steps.withLock { $0.append(.change(asked, nil)) }
                case .refused(.readOnly), .refused(.timedOut): break
                case .refused(let refusal): log.steps.withLock { $0.append(.change(asked, RefusalKind(refusal))) }
                case .needs(let questions): Issue.record("a fact was not gathered: \(questions)")
                }
            }
        }

        func adoptPolicy() {
            var policy = Policy()
            policy.plans["standard"]?.maxKeys = [nil, 2, 4].randomElement(using: &random)!
            policy.plans["standard"]?.apiAccess = Int.random(in: 0..<8, using: &random) > 0
            fixture.authority.committer.adopt(policy)
            log.steps.withLock { $0.append(.policy(policy)) }
        }

        func step() {
            switch Int.random(in: 0..<32, using: &random) {
            case 0...18: arrive()
            case 19: fixture.clock.advance(by: .seconds(Int.random(in: 1..<20, using: &random)))
            case 20: adoptPolicy()
            case 21: fixture.authority.committer.expireChanges(at: Int64.random(in: 0..<1_000, using: &random))
            case 22: store.fail(.commit, with: .cannotWrite("full"))
            default: fixture.authority.committer.commit()
            }
        }
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>) func groupsDoWhatTheirChangesDoOneByOne(seed: UInt64) throws {
        let run = try Run(seed: seed)
        for _ in 0..<800 { run.step() }
        while run.log.underWay.withLock({ $0 }) > 0 { run.fixture.authority.committer.commit() }

        let again = try AuthorityFixture(store: InMemoryStore())
        var (changes, refusals) = (0, 0)
        for step in run.log.steps.withLock({ $0 }) {
            switch step {
            case .policy(let policy): again.authority.committer.adopt(policy)
            case .change(let asked, let expected):
                let found = refusal {
                    try asked.withOperation { operation -> Result<Void, any Error> in
                        Result { try Self.perform(operation, on: again, at: asked.at) }
                    }.get()
                }
                #expect(found == expected, "\(asked)")
                if expected == nil { changes += 1 } else { refusals += 1 }
            }
        }
        #expect(changes > 20 && refusals > 20)
        #expect(try Self.records(of: run.fixture) == Self.records(of: again))
        #expect(run.fixture.entries.map(\.hash) == again.entries.map(\.hash))
        try run.fixture.restart()
        #expect(try Self.records(of: run.fixture) == Self.records(of: again))
    }

    /// The records of all keys. Where their usage is counted depends on what has failed.
    private static func records(of fixture: AuthorityFixture) throws -> [KeyRecord] {
        try fixture.everyView().map { view in
            var record = view.record
            record.ledger = nil
            return record
        }
    }

    private static func perform(
        _ operation: some KeywardCore.Operation, on fixture: AuthorityFixture, at now: Instant
    ) throws {
        _ = try fixture.authority.committer.perform(operation, by: Caller.root, at: now)
    }
}
