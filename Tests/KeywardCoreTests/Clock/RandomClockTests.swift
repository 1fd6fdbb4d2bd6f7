import KeywardCore
import KeywardTesting
import Testing

/// After any errors of the wall clock: once it is right and accepted, every key is as if the clock had always been
/// right, except for uses and changes while it was wrong.
struct RandomClockTests {
    private static let policy: Policy = {
        var policy = Policy()
        policy.sweeps.staleAfterDays = 20
        policy.sweeps.retainTerminalDays = 30
        policy.sweeps.retainUsageDays = 30
        return policy
    }()

    /// Two authorities with the same calls, one of them with a correct clock.
    private final class Pair {
        let right: ClockedAuthority
        let tried: ClockedAuthority
        private var random: SeededGenerator
        private var count = 0
        /// Names of keys that were used or changed while the clock was wrong.
        private(set) var prefetched: Set<String> = []
        /// Names of keys that were named in calls.
        private var names: [String] = []
        /// The newest secrets of each side, by the key's name.
        private var secrets: (right: [String: String], tried: [String: String]) = ([:], [:])

        init(seed: UInt64) throws {
            random = SeededGenerator(seed: seed)
            let start = ManualClock().now
            right = try ClockedAuthority(at: start, policy: RandomClockTests.policy)
            let fault = Bool.random(using: &random) ? Pair.fault(&random) : Instant.Span(milliseconds: 0)
            tried = try ClockedAuthority(at: start, fault: fault, policy: RandomClockTests.policy)
        }

        static func fault(_ random: inout SeededGenerator) -> Instant.Span {
            let faults: [Instant.Span] = [
                .seconds(200), .seconds(-200), .hours(2), .hours(-2), .days(3), .days(40), .days(300), .days(-365),
                .days(400), .days(5_000), .days(-20_000),
            ]
            return faults.randomElement(using: &random)!
        }

        func step() throws {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3: try pass()
            case 3: try restart()
            case 4: try restart(off: [.seconds(90), .hours(9), .days(2), .days(70)].randomElement(using: &random)!)
            case 5: tried.fault = Pair.fault(&random)
            case 6: tried.fault = Instant.Span(milliseconds: 0)
            case 7: try create()
            case 8: try rotate()
            default: try verify()
            }
            try tried.tick()
        }

        private func pass() throws {
            let span: Instant.Span = [.seconds(70), .hours(5), .days(1), .days(8), .days(25)]
                .randomElement(using: &random)!
            try right.pass(span)
            try tried.pass(span)
        }

        private func restart(off: Instant.Span? = nil) throws {
            let isMended = Bool.random(using: &random)
            try right.restart(off: off)
            if off != nil { _ = try right.accept() }
            try tried.restart(off: off, fault: isMended ? Instant.Span(milliseconds: 0) : nil)
        }

        private func create() throws {
            let name = "key-\(count)"
            count += 1
            let life: Instant.Span? =
                [nil, .hours(3), .days(5), .days(60), .days(500)].randomElement(using: &random) ?? nil
            if tried.isRight {
                _ = right.now
                secrets.right[name] = try right.fixture.create(name, expiresIn: life).secret
            } else {
                prefetched.insert(name)
            }
            _ = tried.now
            secrets.tried[name] = try tried.fixture.create(name, expiresIn: life).secret
            names.append(name)
        }

        private func rotate() throws {
            guard let name = names.randomElement(using: &random) else { return }
            let request = RotationRequest(isConfirmed: true)
            _ = (right.now, tried.now)
            guard tried.isRight, !prefetched.contains(name),
                let successor = try? right.fixture.rotate(.name(name), request)
            else { return }
            secrets.right[name] = successor.secret
            secrets.tried[name] = try tried.fixture.rotate(.name(name), request).secret
        }

        /// A key is verified by its newest secret.
        private func verify() throws {
            guard let name = names.randomElement(using: &random) else { return }
            _ = (right.now, tried.now)
            if tried.isRight, !prefetched.contains(name), let secret = secrets.right[name] {
                right.fixture.verify(secret)
            } else {
                prefetched.insert(name)
            }
            if let secret = secrets.tried[name] { tried.fixture.verify(secret) }
        }

        /// The clock is right and accepted.
        func mend() throws -> ClockFacts {
            tried.fault = Instant.Span(milliseconds: 0)
            // Longer than the largest trusted lead.
            try tried.pass(.seconds(600))
            try right.pass(.seconds(600))
            return try tried.accept()
        }
    }

    /// The facts of a key that must be equal.
    private struct Facts: Equatable {
        var name: String
        var status: KeyStatus
        var createdAt: Instant
        var expiresAt: Instant?
        var graceEndsAt: Instant?
        var lastUsedAt: Instant?
        var uses: Int64
        var isNotedOver: Bool
        var isStale: Bool

        init(_ view: KeyView) {
            let record = view.record
            (name, status) = (record.name, view.status)
            (createdAt, expiresAt) = (record.createdAt, record.expiresAt)
            (graceEndsAt, lastUsedAt) = (record.graceEndsAt, view.usage.lastUsedAt)
            uses = view.usage.valid
            isNotedOver = record.sweepMarks.contains(.expired) || record.sweepMarks.contains(.graceEnded)
            isStale = view.facts.contains(.stale)
        }
    }

    private static func facts(_ authority: ClockedAuthority, but prefetched: Set<String>) throws -> [Facts] {
        _ = authority.now
        return try authority.fixture.everyView().filter { !prefetched.contains($0.record.name) }.map(Facts.init)
            .sorted { ($0.name, $0.createdAt) < ($1.name, $1.createdAt) }
    }

    @Test(arguments: 0..<60) func afterItIsRightAndAcceptedEveryKeyIsAsIfItHadAlwaysBeenRight(seed: UInt64) throws {
        let pair = try Pair(seed: seed)
        for _ in 0..<60 { try pair.step() }
        let facts = try pair.mend()
        #expect(pair.tried.isRight)
        #expect(try Self.facts(pair.tried, but: pair.prefetched) == Self.facts(pair.right, but: pair.prefetched))
        // No future time is left, in memory or on disk, and everything set back is listed.
        let listed = facts.verifiedMeanwhile.first + facts.changedMeanwhile.first
        #expect(Set(listed.map(\.name)).isSubset(of: pair.prefetched))
        for _ in 0..<2 {
            for view in try pair.tried.fixture.everyView() {
                let record = view.record
                let times = [
                    record.createdAt, record.disabledAt, record.revokedAt, view.usage.lastUsedAt,
                    record.origin?.startedAt, record.origin?.firstUsedAt,
                ]
                #expect(times.allSatisfy { $0 ?? .distantPast <= pair.tried.now }, "\(record.name)")
            }
            try pair.tried.restart()
            #expect(pair.tried.isRight)
        }
        let contents = try #require(pair.tried.fixture.store as? InMemoryStore).contents
        #expect(contents.audit.last?.action == "clock.accepted" || !facts.setsBack || contents.mark <= pair.tried.now)
    }

    /// While the clock was wrong, no key was permanently ended that has not ended by the real time.
    @Test(arguments: 100..<130) func nothingIsDeletedOrRevokedTooEarly(seed: UInt64) throws {
        let pair = try Pair(seed: seed)
        for _ in 0..<60 {
            try pair.step()
            // Ids are random, times of creation are the same.
            let kept = Set(try pair.tried.fixture.everyView().map { "\($0.record.name) \($0.record.createdAt)" })
            for view in try pair.right.fixture.everyView() where !pair.prefetched.contains(view.record.name) {
                let record = view.record
                if kept.contains("\(record.name) \(record.createdAt)") { continue }
                let end = [record.expiresAt, record.graceEndsAt].compactMap { $0 }.min() ?? .distantFuture
                let isDue = end + .days(30) <= pair.right.time + ClockedAuthority.bound
                #expect(isDue, "\(record.name) is gone")
            }
        }
    }
}
