import KeywardTesting
import Testing

@testable import KeywardCore

/// Pages of a list against a simple reference: examine all keys, filter, sort, cut.
struct ListReferenceTests {
    /// Enough that the keys are examined in several steps.
    private static let count: Int64 = 2_300

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func everyPageIsTheOneThatAPlainSortGives(seed: UInt64) throws {
        let lists = try Lists(seed: seed, count: Self.count)
        var random = SeededGenerator(seed: seed)
        for order in KeyQuery.Order.allCases {
            for isDescending in [false, true] {
                for _ in 0..<8 {
                    let statuses = lists.someStatuses(&random)
                    let facts = lists.someStatuses(&random)
                    let search = Lists.searches.randomElement(using: &random)!
                    let query = KeyQuery(
                        statuses: statuses, facts: facts, search: search,
                        start: Lists.starts.randomElement(using: &random)!,
                        expiresBefore: random.chance(1, outOf: 4)
                            ? Lists.now + .days(Int.random(in: 0..<30, using: &random)) : nil, order: order,
                        isDescending: isDescending, limit: [1, 7, 100, 500].randomElement(using: &random)!)
                    try lists.expectPages(
                        of: query, inWorkspace: ["default", "default", "closed", "*"].randomElement(using: &random)!)
                }
            }
        }
    }

    @Test(arguments: KeyQuery.Order.allCases, [false, true])
    func pagesWithoutAFilterHoldEveryKeyOnce(order: KeyQuery.Order, isDescending: Bool) throws {
        let lists = try Lists(seed: 9, count: Self.count)
        try lists.expectPages(
            of: KeyQuery(order: order, isDescending: isDescending, limit: 400), inWorkspace: "default", most: 100)
    }

    @Test func keysThatAreCreatedInTheWorstOrderAreListedAlike() throws {
        // Each better than all before, in either direction.
        for direction: Int64 in [1, -1] {
            let lists = try Lists(seed: 3, count: Self.count) { key, _ in
                key.expiresAt = Lists.now + .days(Int(10_000 + direction * key.number))
                key.name = "key-\(20_000 + direction * key.number)"
            }
            for order in [KeyQuery.Order.name, .expires] {
                for isDescending in [false, true] {
                    try lists.expectPages(
                        of: KeyQuery(order: order, isDescending: isDescending, limit: 20), inWorkspace: "default")
                }
            }
        }
    }

    @Test func countsByStatusAreThoseOfTheKeysOneByOne() throws {
        let lists = try Lists(seed: 5, count: Self.count)
        let authority = lists.daemon.server.authority
        for workspace: Int64? in [nil, 1, 2] {
            let keys = lists.views.filter { workspace == nil || $0.record.workspace == workspace }
            let expected = Dictionary(grouping: keys, by: \.status).mapValues(\.count)
            #expect(authority.statusCounts(in: workspace, at: Lists.now) == expected)
        }
        let workspaces = try authority.workspaces(for: .root, at: Lists.now)
        for workspace in workspaces {
            let keys = lists.views.filter { $0.record.workspace == workspace.record.number }
            #expect(workspace.keys == Dictionary(grouping: keys, by: \.status).mapValues(\.count))
        }
        #expect(workspaces.count == 3)
    }
}

/// A daemon with random keys of every kind.
private struct Lists {
    static let now = ManualClock().now
    static let searches: [String?] = [
        nil, nil, nil, "team", "TEAM 7", "kw_1", "payments-production-0", "k", "ooks", "zoë", "Zoe\u{301}", "oe", "ж",
        "root", "name", "contact", "\"quoted\"", "example.com", "@", "nothing at all", "for \u{212A}ooks; `x`",
    ]

    static let starts: [String?] = [nil, nil, nil, "", "service-", "payments-production-1", "kw_11", "b-5", "zzz"]

    let daemon: InMemoryDaemon
    let views: [KeyView]

    init(seed: UInt64, count: Int64, change: (inout KeyRecord, inout SeededGenerator) -> Void = { _, _ in }) throws {
        var random = SeededGenerator(seed: seed)
        let store = InMemoryStore()
        var changes = Changes(mark: Self.now)
        changes.workspaces = [
            WorkspaceRecord(number: 1, name: "default", plan: "standard", tag: "kw", createdAt: Self.now),
            WorkspaceRecord(number: 2, name: "closed", plan: "free", tag: "kw", createdAt: Self.now),
            WorkspaceRecord(number: 3, name: "empty", plan: "free", tag: "kw", createdAt: Self.now),
        ]
        var usage = UsageFlush(mark: Self.now)
        // Some numbers belong to deleted keys.
        for number in 1...count where !random.chance(1, outOf: 20) {
            var key = Self.key(number, &random)
            change(&key, &random)
            changes.keys.append(key)
            if random.chance(3, outOf: 4) { usage.totals.append(Self.totals(of: number, &random)) }
        }
        try store.commit(changes)
        try store.flush(usage)
        daemon = try InMemoryDaemon(store: store)
        views = daemon.server.authority.registry.read { state in
            (1...count).compactMap { number in
                state.index(ofNumber: number).map { state.view(at: $0, now: Self.now, role: .admin) }
            }
        }
    }

    private static func key(_ number: Int64, _ random: inout SeededGenerator) -> KeyRecord {
        let digest = Digest(words: SIMD4(random.next(), random.next(), random.next(), random.next()))
        let name = ["a", "b-", "service-", "payments-production-"].randomElement(using: &random)!
        var key = KeyRecord(
            number: number, id: "key_\(number)", workspace: random.chance(1, outOf: 5) ? 2 : 1,
            name: name + String(Int.random(in: 0..<600, using: &random)), prefix: "kw_\(number)", digest: digest,
            pepper: PepperID(rawValue: 1), createdAt: now - .days(Int.random(in: 0..<300, using: &random)),
            createdBy: Actor(uid: 0, user: random.chance(1, outOf: 2) ? "root" : nil))
        if random.chance(2, outOf: 3) { key.expiresAt = now + .days(Int.random(in: -5..<60, using: &random)) }
        key.lifetime = key.expiresAt.map { $0 - key.createdAt }
        if random.chance(1, outOf: 3) { key.lifetime = .days(100) }
        if random.chance(1, outOf: 9) { key.disabledAt = now }
        if random.chance(1, outOf: 30) {
            key.revocation = KeyRecord.Revocation(at: now, by: key.createdBy, reason: "other")
        }
        if random.chance(1, outOf: 12) {
            key.successor = number + 1
            key.graceEndsAt = random.chance(1, outOf: 2) ? now + .hours(Int.random(in: -9..<9, using: &random)) : nil
        }
        let owners = [
            nil, OwnerRecord(), OwnerRecord(name: "Team \(number % 13)"),
            OwnerRecord(name: "Zoë", contact: "oe@example.com"),
            OwnerRecord(contact: "TEAM@example.com", principal: "user:root"), OwnerRecord(name: "the \"Quoted\" books"),
        ]
        key.owner = owners.randomElement(using: &random)!
        let purposes = [nil, nil, "for books; `x`", "Для Жени", "for \u{212A}OOKS; `x`", "Zoe\u{301}"]
        key.purpose = purposes.randomElement(using: &random)!
        if random.chance(1, outOf: 40) { key.metadata = #"{"long":"\#(String(repeating: "team", count: 600))"}"# }
        return key
    }

    private static func totals(of number: Int64, _ random: inout SeededGenerator) -> UsageTotals {
        let isUsed = random.chance(3, outOf: 4)
        let last = now - .hours(Int.random(in: 0..<4_000, using: &random))
        return UsageTotals(
            key: number, valid: isUsed ? Int64.random(in: 1..<400, using: &random) : 0,
            refused: Int64.random(in: 0..<3, using: &random), lastUsedAt: isUsed ? last : nil,
            lastUsedBy: isUsed ? 998 : nil)
    }

    func someStatuses(_ random: inout SeededGenerator) -> Set<KeyStatus>? {
        guard random.chance(1, outOf: 2) else { return nil }
        return Set(
            (0..<Int.random(in: 0..<4, using: &random)).map { _ in KeyStatus.allCases.randomElement(using: &random)! })
    }

    /// Compares pages one after another, `most` at most.
    func expectPages(of query: KeyQuery, inWorkspace workspace: String, most: Int = 4) throws {
        let all = reference(query, workspace)
        var query = query
        for start in stride(from: 0, to: max(1, all.count), by: query.limit).prefix(most) {
            let page = try daemon.server.authority.keys(
                inWorkspace: workspace, matching: query, counts: true, for: .root, at: Self.now)
            #expect(page.totals?.matching == all.count, "\(query)")
            #expect(page.totals?.all == views.count { workspace == "*" || $0.workspace == workspace })
            #expect((page.place == nil) == (workspace == "*"))
            #expect(page.keys.map(\.record.number) == Array(all[start...].prefix(query.limit)), "\(query)")
            #expect((page.next == nil) == (start + query.limit >= all.count), "\(query)")
            guard let next = page.next else { break }
            query.cursor = next
        }
    }

    /// The numbers of the matching keys, in the order of the query.
    private func reference(_ query: KeyQuery, _ workspace: String) -> [Int64] {
        let found = views.filter { view in
            (workspace == "*" || view.workspace == workspace)
                && (query.start.map { view.record.name.hasPrefix($0) || view.record.prefix.hasPrefix($0) } ?? true)
                && (query.expiresBefore.map { (view.record.expiresAt ?? .distantFuture) < $0 } ?? true)
                && query.statuses?.contains(view.status) ?? true
                && query.facts.map { !$0.isDisjoint(with: view.facts) } ?? true
                && query.search.map { isIn(view.record, $0.lowercased()) } ?? true
        }
        let sorted = found.sorted { left, right in
            let (one, other) = (place(left, query.order), place(right, query.order))
            return (one.name, one.value, left.record.number) < (other.name, other.value, right.record.number)
        }
        return (query.isDescending ? sorted.reversed() : sorted).map(\.record.number)
    }

    private func isIn(_ key: KeyRecord, _ text: String) -> Bool {
        [key.name, key.prefix, key.owner?.name, key.owner?.contact, key.purpose].contains { part in
            part?.lowercased().contains(text) ?? false
        }
    }

    private func place(_ view: KeyView, _ order: KeyQuery.Order) -> (name: String, value: Int64) {
        switch order {
        case .created: ("", 0)
        case .name: (view.record.name, 0)
        case .lastUsed: ("", (view.usage.lastUsedAt ?? .distantPast).milliseconds)
        case .usage: ("", view.usage.valid)
        case .expires: ("", (view.record.expiresAt ?? .distantFuture).milliseconds)
        }
    }
}

extension Caller {
    fileprivate static let root = Caller(
        peer: PeerCredentials(uid: 0, gid: 0, pid: 1, groups: []), user: "root", isOperator: true)
}
