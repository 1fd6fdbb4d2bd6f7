import KeywardCore
import KeywardTesting
import Testing

@Suite struct InMemoryStoreTests {
    let store = InMemoryStore()
    let full = StoreFault.cannotWrite("full")

    private func commit(_ mark: Int64) throws(StoreFault) {
        try store.commit(Changes(mark: Instant(milliseconds: mark)))
    }

    @Test func theNextCommitFailsOnceAndLeavesNothing() throws {
        try commit(1)
        store.fail(.commit, with: full)
        #expect(throws: full) { try commit(2) }
        #expect(store.contents.mark == Instant(milliseconds: 1))
        try commit(3)
        #expect(store.writes == (2, 0))
    }

    @Test func aFailureComesAfterSoManyAndSoManyTimes() throws {
        store.fail(.commit, with: full, after: 2, times: 2)
        store.fail(.commit, with: .failed("disk"))
        try commit(1)
        try commit(2)
        #expect(throws: full) { try commit(3) }
        #expect(throws: full) { try commit(4) }
        #expect(throws: StoreFault.failed("disk")) { try commit(5) }
        try commit(6)
    }

    @Test func eachOperationFailsByItself() throws {
        store.fail(.flush, with: full, times: .max)
        store.fail(.read, with: .failed("disk"))
        try commit(1)
        #expect(throws: full) { try store.flush(UsageFlush(mark: .distantPast)) }
        #expect(throws: StoreFault.failed("disk")) { try store.loadState() }
        store.recover()
        try store.flush(UsageFlush(mark: .distantPast))
    }
}
