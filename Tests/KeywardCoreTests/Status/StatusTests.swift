import KeywardCore
import KeywardTesting
import Testing

/// The status table of the product's description, including every tie.
struct StatusTests {
    private static let now = Instant(milliseconds: 1_772_366_400_000)
    private static let open = StatusContext(apiAccess: true, staleAfter: .days(90))
    private static let tick = Instant.Span(milliseconds: 1)

    private func facts(_ change: (inout StatusFacts) -> Void) -> StatusFacts {
        var facts = StatusFacts(createdAt: Self.now - .days(10))
        facts.lastUsedAt = Self.now - .days(1)
        change(&facts)
        return facts
    }

    private func status(_ change: (inout StatusFacts) -> Void, _ context: StatusContext = open) -> KeyStatus {
        facts(change).status(at: Self.now, in: context)
    }

    @Test func whatNothingElseHoldsOfIsActive() { #expect(status { _ in } == .active) }
    @Test func aNewKeyIsUnused() { #expect(status { $0.lastUsedAt = .distantPast } == .unused) }

    @Test func expiryIsTheFirstInstantThatDoesNotVerify() {
        #expect(status { $0.expiresAt = Self.now } == .expired)
        #expect(status { $0.expiresAt = Self.now + Self.tick } == .active)
    }

    @Test func graceEndsAtItsInstant() {
        #expect(status { ($0.hasSuccessor, $0.graceEndsAt) = (true, Self.now) } == .superseded)
        #expect(status { ($0.hasSuccessor, $0.graceEndsAt) = (true, Self.now + Self.tick) } == .retiring)
    }

    @Test func theEarlierEndWinsAndATieReadsExpired() {
        let past = Self.now - .days(1)
        #expect(status { ($0.hasSuccessor, $0.graceEndsAt, $0.expiresAt) = (true, past, Self.now) } == .superseded)
        #expect(status { ($0.hasSuccessor, $0.graceEndsAt, $0.expiresAt) = (true, Self.now, past) } == .expired)
        #expect(status { ($0.hasSuccessor, $0.graceEndsAt, $0.expiresAt) = (true, past, past) } == .expired)
    }

    @Test func aRevokeShowsOnAnyKey() {
        let past = Self.now - .days(1)
        #expect(status { ($0.isRevoked, $0.graceEndsAt, $0.hasSuccessor) = (true, past, true) } == .revoked)
        #expect(status { ($0.isRevoked, $0.expiresAt, $0.isDisabled) = (true, past, true) } == .revoked)
    }

    @Test func aDisabledKeyExpiresAllTheSame() {
        #expect(status { $0.isDisabled = true } == .disabled)
        #expect(status { ($0.isDisabled, $0.expiresAt) = (true, Self.now) } == .expired)
    }

    @Test func thePlanComesBehindDisabledAndBeforeRetiring() {
        let closed = StatusContext(apiAccess: false, staleAfter: .days(90))
        #expect(status({ $0.hasSuccessor = true }, closed) == .suspended)
        #expect(status({ $0.isDisabled = true }, closed) == .disabled)
    }

    @Test func expiringComesBeforeStaleAndStaleBeforeUnused() {
        let old = Self.now - .days(90)
        #expect(status { ($0.createdAt, $0.lastUsedAt) = (old, .distantPast) } == .stale)
        #expect(status { ($0.createdAt, $0.lastUsedAt) = (old + Self.tick, .distantPast) } == .unused)
        #expect(status { ($0.createdAt, $0.lastUsedAt) = (old - .days(9), old) } == .stale)
        #expect(status { ($0.createdAt, $0.lastUsedAt) = (old - .days(9), old + Self.tick) } == .active)
        #expect(status { ($0.createdAt, $0.lastUsedAt, $0.expiringFrom) = (old, old, Self.now) } == .expiring)
        #expect(status { ($0.expiringFrom, $0.hasSuccessor) = (Self.now, true) } == .retiring)
        #expect(status { $0.expiringFrom = Self.now + Self.tick } == .active)
    }

    @Test func theWaitEndsAfterThirtyDaysOrADayAfterTheLastUse() {
        func waiting(_ used: Instant) -> KeyStatus {
            status { ($0.hasSuccessor, $0.graceWaitsUntil, $0.lastUsedAt) = (true, Self.now, used) }
        }
        #expect(waiting(.distantPast) == .superseded)
        #expect(waiting(Self.now - .days(1)) == .superseded)
        #expect(waiting(Self.now - .days(1) + Self.tick) == .retiring)
        #expect(status { ($0.hasSuccessor, $0.graceWaitsUntil) = (true, Self.now + Self.tick) } == .retiring)
    }

    /// A use at the exact instant of its end revives no predecessor.
    @Test func graceStartsOnlyForAKeyThatIsNotOver() {
        let (day, later) = (Instant.Span.days(1), Self.now + .days(1))
        func started(_ change: (inout StatusFacts) -> Void) -> (ends: Instant, status: KeyStatus) {
            var key = facts(change)
            key.startGrace(day, at: Self.now)
            return (key.graceEndsAt, key.status(at: Self.now, in: Self.open))
        }
        func waiting(_ end: Instant) -> (ends: Instant, status: KeyStatus) {
            started { ($0.hasSuccessor, $0.graceWaitsUntil, $0.lastUsedAt) = (true, end, .distantPast) }
        }
        #expect(waiting(Self.now + Self.tick) == (later, .retiring))
        #expect(waiting(Self.now) == (Self.now, .superseded))
        #expect(waiting(Self.now - Self.tick) == (Self.now - Self.tick, .superseded))
        func expiring(_ end: Instant) -> (ends: Instant, status: KeyStatus) {
            started { ($0.hasSuccessor, $0.graceWaitsUntil, $0.expiresAt) = (true, .distantFuture - day, end) }
        }
        #expect(expiring(Self.now + Self.tick).status == .retiring)
        #expect(expiring(Self.now).status == .expired)
    }

    @Test(arguments: [(10, 8), (100, 80), (150, 120), (365, 335), (3_650, 3_620)])
    func aKeyIsExpiringForAFifthOfItsLifeOrThirtyDays(life: Int, from: Int) {
        var key = Self.record
        (key.expiresAt, key.lifetime) = (key.createdAt + .days(life), .days(life))
        let facts = StatusFacts(of: key, lastUsedAt: nil, origin: nil)
        #expect(facts.expiringFrom == key.createdAt + .days(from))
        #expect(facts.expiresAt == key.createdAt + .days(life))
    }

    @Test func everyStatusSaysWhetherItVerifiesAndIsTerminal() {
        #expect(KeyStatus.allCases.filter(\.isTerminal) == [.revoked, .superseded, .expired])
        #expect(KeyStatus.allCases.filter(\.verifies) == [.retiring, .expiring, .stale, .unused, .active])
    }

    @Test func statusAndFactsAgreeWithTheTableForEveryCombination() {
        var random = SeededGenerator(seed: 3)
        var seen: Set<KeyStatus> = []
        for _ in 0..<50_000 {
            let facts = Self.randomFacts(&random)
            let context = StatusContext(apiAccess: random.chance(4, outOf: 5), staleAfter: .days(90))
            let expected = Self.table(facts, context)
            #expect(facts.status(at: Self.now, in: context) == expected.first ?? .active)
            let isAlone = expected.first.map { $0.isTerminal || $0 == .canary } ?? false
            #expect(facts.facts(at: Self.now, in: context) == (isAlone ? [expected[0]] : expected))
            seen.insert(expected.first ?? .active)
        }
        #expect(seen == Set(KeyStatus.allCases))
    }

    /// All rows of the table that apply; the first one is the status. It follows the table, not the code.
    private static func table(_ facts: StatusFacts, _ context: StatusContext) -> [KeyStatus] {
        var graceEnd = facts.graceEndsAt
        if facts.graceWaitsUntil != .distantFuture {
            graceEnd = facts.graceWaitsUntil
            if facts.lastUsedAt != .distantPast, facts.lastUsedAt + .days(1) > graceEnd {
                graceEnd = facts.lastUsedAt + .days(1)
            }
        }
        let graceIsOver = now >= graceEnd
        let lifeIsOver = now >= facts.expiresAt
        let lastSign = facts.lastUsedAt == .distantPast ? facts.createdAt : max(facts.createdAt, facts.lastUsedAt)
        let rows: [(KeyStatus, Bool)] = [
            (.revoked, facts.isRevoked),
            (.canary, facts.isCanary),
            (.superseded, graceIsOver && (!lifeIsOver || graceEnd < facts.expiresAt)),
            (.expired, lifeIsOver && (!graceIsOver || facts.expiresAt <= graceEnd)),
            (.disabled, facts.isDisabled),
            (.suspended, !context.apiAccess),
            (.retiring, facts.hasSuccessor),
            (.expiring, now >= facts.expiringFrom),
            (.stale, now.milliseconds - lastSign.milliseconds >= 90 * 86_400_000),
            (.unused, facts.lastUsedAt == .distantPast),
        ]
        return rows.filter(\.1).map(\.0)
    }

    private static func randomFacts(_ random: inout SeededGenerator) -> StatusFacts {
        func near(_ random: inout SeededGenerator) -> Instant {
            let days = [-91, -90, -89, -1, 0, 0, 1, 30].randomElement(using: &random)!
            return now + .days(days) + Instant.Span(milliseconds: [-1, 0, 0, 1].randomElement(using: &random)!)
        }
        var facts = StatusFacts(createdAt: min(near(&random), now))
        if random.chance(1, outOf: 3) { facts.expiresAt = near(&random) }
        if random.chance(1, outOf: 3) { facts.expiringFrom = near(&random) }
        if random.chance(2, outOf: 3) { facts.lastUsedAt = min(near(&random), now) }
        facts.isRevoked = random.chance(1, outOf: 9)
        facts.isCanary = random.chance(1, outOf: 9)
        facts.isDisabled = random.chance(1, outOf: 6)
        facts.hasSuccessor = random.chance(1, outOf: 3)
        if facts.hasSuccessor {
            if random.chance(1, outOf: 2) {
                facts.graceEndsAt = near(&random)
            } else {
                facts.graceWaitsUntil = near(&random)
            }
        }
        return facts
    }

    private static var record: KeyRecord {
        KeyRecord(
            number: 1, id: "key_1", workspace: 1, name: "crm", prefix: "kw_00000000", digest: Digest(words: .zero),
            pepper: PepperID(rawValue: 0), createdAt: now, createdBy: Actor(uid: 0))
    }
}
