import KeywardCore
import Testing

extension StoreContract {
    /// Usage is absolute: the last write counts.
    static let usage = [
        StoreContract("totals, hours and peers come back with their keys, in order") { fixture in
            var records = RandomRecords(seed: 30)
            try fixture.store.commit(keys(4, from: &records))
            var usage = UsageFlush(mark: Instant(milliseconds: 0))
            usage.totals = [records.totals(of: 4), records.totals(of: 2)]
            usage.peers = [9, 3, .max].map {
                PeerShare(key: 2, uid: $0, valid: 7, lastUsedAt: Instant(milliseconds: 3))
            }
            try fixture.store.flush(usage)
            var found: [(usage: UsageTotals, peers: [PeerShare])] = []
            try fixture.store.loadKeys { found.append(($0.usage, $0.peers)) }
            let none = (1...4).map { UsageTotals(key: $0, valid: 0, refused: 0, lastUsedAt: nil, lastUsedBy: nil) }
            #expect(found.map(\.usage) == [none[0], usage.totals[1], none[2], usage.totals[0]])
            #expect(found.map { $0.peers.map(\.uid) } == [[], [3, 9, .max], [], []])
        },
        StoreContract("writing totals again replaces them, and twice the same changes nothing") { fixture in
            var records = RandomRecords(seed: 31)
            try fixture.store.commit(keys(1, from: &records))
            var usage = UsageFlush(mark: Instant(milliseconds: 0))
            for count in [Int64(5), 9, 9, 4] {
                usage.totals = [UsageTotals(key: 1, valid: count, refused: 1, lastUsedAt: nil, lastUsedBy: nil)]
                usage.hours = [HourUsage(key: 1, hour: 3, valid: count, refused: 2)]
                usage.peers = [PeerShare(key: 1, uid: 8, valid: count, lastUsedAt: Instant(milliseconds: count))]
                try fixture.store.flush(usage)
                let now = try StoreSnapshot(of: fixture.store)
                #expect(now.totals == usage.totals && now.hours == usage.hours && now.peers == usage.peers)
            }
        },
        StoreContract("a key's hours are given within the range, the end left out, oldest first") { fixture in
            var records = RandomRecords(seed: 32)
            try fixture.store.commit(keys(2, from: &records))
            var usage = UsageFlush(mark: Instant(milliseconds: 0))
            usage.hours = [7, 5, 6, 9].map { HourUsage(key: 1, hour: $0, valid: $0, refused: 0) }
            usage.hours.append(HourUsage(key: 2, hour: 6, valid: 1, refused: 1))
            try fixture.store.flush(usage)
            func hours(_ range: Range<Int64>) throws -> [Int64] {
                try fixture.store.usage(ofKey: 1, hours: range).map(\.hour)
            }
            #expect(try hours(5..<9) == [5, 6, 7])
            #expect(try hours(6..<10) == [6, 7, 9])
            #expect(try hours(8..<8).isEmpty)
            #expect(try hours(.min ..< .max) == [5, 6, 7, 9])
            #expect(try fixture.store.usage(ofKey: 3, hours: 0..<99).isEmpty)
        },
        StoreContract("the hours from the mark's on are given at the start, the rest is not") { fixture in
            var records = RandomRecords(seed: 33)
            try fixture.store.commit(keys(2, from: &records))
            var usage = UsageFlush(mark: Instant(milliseconds: 7 * 3_600_000 + 5))
            usage.hours = [(2, 8), (1, 7), (1, 6), (2, 7)].map {
                HourUsage(key: $0, hour: $1, valid: 1, refused: 0)
            }
            try fixture.store.flush(usage)
            let open = try fixture.store.loadState().openHours
            #expect(open.count == 3 && Set(open.map { [$0.key, $0.hour] }) == [[1, 7], [2, 7], [2, 8]])
        },
        StoreContract("hours before one are forgotten, that one is not") { fixture in
            var records = RandomRecords(seed: 34)
            try fixture.store.commit(keys(1, from: &records))
            var usage = UsageFlush(mark: Instant(milliseconds: 0))
            usage.hours = (1...5).map { HourUsage(key: 1, hour: $0, valid: 1, refused: 0) }
            try fixture.store.flush(usage)
            #expect(try !fixture.store.forgetUsage(before: 4, limit: 2))
            #expect(try fixture.store.usage(ofKey: 1, hours: 0..<99).count == 3)
            #expect(try fixture.store.forgetUsage(before: 4, limit: 2))
            #expect(try fixture.store.usage(ofKey: 1, hours: 0..<99) == Array(usage.hours[3...]))
            #expect(try fixture.store.forgetUsage(before: 4, limit: 2))
        },
        StoreContract("refusals are added to those of their hour, account and code") { fixture in
            var records = RandomRecords(seed: 35)
            try fixture.store.commit(keys(2, from: &records))
            func refusal(_ key: Int64, _ hour: Int64, _ uid: UInt32, _ code: Verdict.Code, _ count: Int64, _ at: Int64)
                -> RefusalHour
            {
                RefusalHour(
                    key: key, hour: hour, uid: uid, code: code, count: count, lastAt: Instant(milliseconds: at))
            }
            var usage = UsageFlush(mark: Instant(milliseconds: 0))
            usage.refusals = [
                refusal(2, 3, 9, .revoked, 2, 30), refusal(1, 5, .max, .expired, 1, 50),
                refusal(1, 4, 9, .revoked, 1, 40),
                refusal(1, 4, 9, .disabled, 1, 41), refusal(7, 1, 1, .revoked, 1, 1),
            ]
            try fixture.store.flush(usage)
            usage.refusals = [refusal(1, 4, 9, .revoked, 5, 39)]
            try fixture.store.flush(usage)
            let first = [
                refusal(1, 4, 9, .disabled, 1, 41), refusal(1, 4, 9, .revoked, 6, 40),
                refusal(1, 5, .max, .expired, 1, 50),
            ]
            #expect(try fixture.store.refusals(ofKey: 1, hours: .min ..< .max) == first)
            #expect(try fixture.store.refusals(ofKey: 1, hours: 4..<5) == Array(first[..<2]))
            #expect(try fixture.store.refusals(ofKey: 7, hours: .min ..< .max).isEmpty)
            let last = try fixture.store.loadState().lastRefusals
            #expect(last == [refusal(2, 3, 9, .revoked, 2, 30), refusal(1, 5, .max, .expired, 1, 50)])
            #expect(try fixture.store.forgetUsage(before: 5, limit: 4))
            #expect(try fixture.store.refusals(ofKey: 1, hours: .min ..< .max) == Array(first[2...]))
        },
    ]
}
