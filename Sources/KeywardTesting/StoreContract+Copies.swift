import KeywardCore
import Testing

extension StoreContract {
    /// The content after a kill or in a backup.
    static let copies = [
        StoreContract("what was committed is there after a kill") { fixture in
            var records = RandomRecords(seed: 50)
            var changes = keys(20, from: &records)
            changes.audit = (0..<5).map { _ in records.entry() }
            try fixture.store.commit(changes)
            #expect(try StoreSnapshot(of: fixture.afterKill()) == StoreSnapshot(of: fixture.store))
        },
        StoreContract("a checkpoint changes nothing, and nothing is lost by it") { fixture in
            var records = RandomRecords(seed: 52)
            try fixture.store.checkpoint()
            try fixture.store.commit(keys(30, from: &records))
            let before = try StoreSnapshot(of: fixture.store)
            try fixture.store.checkpoint()
            #expect(try StoreSnapshot(of: fixture.store) == before)
            var more = Changes(mark: Instant(milliseconds: 1))
            more.keys = [records.key(in: 1)]
            try fixture.store.commit(more)
            #expect(try StoreSnapshot(of: fixture.afterKill()).keys.count == 31)
        },
        StoreContract("a backup holds all, and what comes later is not in it") { fixture in
            var records = RandomRecords(seed: 51)
            try fixture.store.commit(keys(50, from: &records))
            let before = try StoreSnapshot(of: fixture.store)
            let path = fixture.folder + "/backup"
            try fixture.store.backUp(toFile: path)
            var more = Changes(mark: Instant(milliseconds: 1))
            more.keys = [records.key(in: 1)]
            try fixture.store.commit(more)
            #expect(try StoreSnapshot(of: fixture.backup(atFile: path)) == before)
        },
        StoreContract("a backup never replaces a file") { fixture in
            let path = fixture.folder + "/backup"
            try fixture.store.backUp(toFile: path)
            #expect(throws: StoreFault.exists) { try fixture.store.backUp(toFile: path) }
        },
    ]
}
