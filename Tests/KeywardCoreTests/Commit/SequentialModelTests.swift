import KeywardCore
import KeywardTesting
import Synchronization
import Testing

/// Groups of changes have the same effect as the same changes one after another. The test uses random schedules without
/// threads: arrivals at two hosts with a common store, commits, transactions of the other host, store failures, policy
/// changes and deadlines.
///
/// The order of the answers must be a valid sequential order. So the changes are made again in that order, one by one,
/// over another store: every outcome and every record must be equal.
struct SequentialModelTests {
    /// One step, which the second run repeats.
    private enum Step: Sendable {
        case change(Asked, RefusalKind?)
        case policy(Policy)
    }

    /// An operation of a kind, on one of a few names.
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
        let store = SequencedStore()
        let hosts: [Host]
        let log = Log()
        var random: SeededGenerator

        final class Log: Sendable {
            let steps = Mutex<[Step]>([])
            let underWay = Mutex(0)
        }

        init(seed: UInt64) throws {
            hosts = try [Host(over: store), Host(over: store)]
            random = SeededGenerator(seed: seed)
        }

        func arrive() {
            let host = hosts.randomElement(using: &random)!
            let asked = Asked(at: host.fixture.now, &random)
            let deadline: Int64 = Bool.random(using: &random) ? .max : Int64.random(in: 0..<2_000, using: &random)
            asked.withOperation { enqueue($0, asked, at: host, deadline) }
        }

        private func enqueue(
            _ operation: some KeywardCore.Operation, _ asked: Asked, at host: Host, _ deadline: Int64
        ) {
            let (log, facts) = (log, DecisionFacts())
            facts.learn(.people, .names([]))
            log.underWay.withLock { $0 += 1 }
            host.fixture.authority.committer.enqueue(
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
            hosts.forEach { $0.fixture.authority.committer.adopt(policy) }
            log.steps.withLock { $0.append(.policy(policy)) }
        }

        func step() {
            switch Int.random(in: 0..<32, using: &random) {
            case 0...18: arrive()
            case 19:
                let span = Instant.Span.seconds(Int.random(in: 1..<20, using: &random))
                hosts.forEach { $0.fixture.clock.advance(by: span) }
            case 20: adoptPolicy()
            case 21:
                let now = Int64.random(in: 0..<1_000, using: &random)
                hosts.randomElement(using: &random)!.fixture.authority.committer.expireChanges(at: now)
            case 22: store.store.fail(.commit, with: .cannotWrite("full"))
            case 23: #expect(hosts.randomElement(using: &random)!.catchUp())
            default: #expect(hosts.randomElement(using: &random)!.commit())
            }
        }

        /// Answers all changes that wait, and has every host go by all transactions.
        func end() {
            while log.underWay.withLock({ $0 }) > 0 { hosts.forEach { #expect($0.commit()) } }
            hosts.forEach { #expect($0.catchUp()) }
        }
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>) func groupsDoWhatTheirChangesDoOneByOne(seed: UInt64) throws {
        let run = try Run(seed: seed)
        for _ in 0..<800 { run.step() }
        run.end()

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
        let expected = try Self.records(of: again)
        for host in run.hosts {
            #expect(try Self.records(of: host.fixture) == expected)
            let entries = host.fixture.entries.map(\.hash)
            #expect(entries == again.entries.suffix(entries.count).map(\.hash) && entries.count > 20)
            try host.fixture.restart()
            #expect(try Self.records(of: host.fixture) == expected)
        }
    }

    /// A change that was asked for before a transaction came from elsewhere is decided by what that has left.
    @Test func aChangeThatWaitsIsDecidedByTheTransactionsOfOthers() throws {
        let store = SequencedStore()
        let (here, there) = (try Host(over: store), try Host(over: store))
        let (now, refused) = (here.fixture.now, Refused())
        for name in ["crm", "billing"] {
            let facts = DecisionFacts()
            facts.learn(.people, .names([]))
            here.fixture.authority.committer.enqueue(
                Operations.CreateKey(name: name, using: SeededGenerator(seed: 7)), by: .caller(.root), at: { now },
                facts: facts, deadline: .max
            ) { answer in
                if case .refused(let refusal) = answer { refused.names.withLock { $0[name] = RefusalKind(refusal) } }
            }
        }
        #expect(there.catchUp())
        let taken = try there.fixture.create("crm").view.record
        _ = try there.fixture.authority.grant(
            .viewer, to: "user:ada", inWorkspace: "default", by: .root, at: now)
        #expect(here.commit())
        #expect(refused.names.withLock { $0 } == ["crm": .conflict])
        let made = try here.fixture.view(.name("billing")).record
        #expect(made.number == taken.number + 1)
        // Ada has her role here too.
        #expect(try here.fixture.view(.id(taken.id), for: .ada).record.digest == taken.digest)
        #expect(try here.fixture.authority.checkAudit(by: .root).problem == nil)
    }

    /// Transactions are applied in their order, each once.
    @Test func aTransactionOutOfItsOrderIsNotApplied() throws {
        let store = SequencedStore()
        let (here, there) = (try Host(over: store), try Host(over: store))
        for name in ["a", "b"] { try here.fixture.create(name) }
        let (committer, transactions) = (there.fixture.authority.committer, store.transactions(after: 1))
        #expect(!committer.apply(transactions[1], at: 2))
        #expect(try there.fixture.everyView().isEmpty)
        for _ in 0..<2 { #expect(committer.apply(transactions[0], at: 1)) }
        #expect(committer.apply(transactions[1], at: 2))
        #expect(try there.fixture.everyView().map(\.record.name) == ["a", "b"])
    }

    private final class Refused: Sendable {
        let names = Mutex<[String: RefusalKind]>([:])
    }

    /// The records of all keys, without their ledger slots, which depend on earlier failures.
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
