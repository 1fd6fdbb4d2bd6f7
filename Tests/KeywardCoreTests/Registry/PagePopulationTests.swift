import Glibc
import Testing

@testable import KeywardCore

struct PagePopulationTests {
    @Test func announcedMemoryIsPopulatedWithoutATouch() throws {
        let memory = LargeMemory(byteCount: 4 << 20)
        #expect(residentPages(of: memory) == 0)
        let population = try #require(PagePopulation())
        population.announce(memory)
        // Each look lets the other thread run.
        while residentPages(of: memory) < memory.byteCount / Self.page { sched_yield() }
        withExtendedLifetime(population) {}
    }

    @Test func memoryThatIsUnmappedMeanwhileIsNoFault() throws {
        let population = try #require(PagePopulation())
        for _ in 0..<100 { population.announce(LargeMemory(byteCount: 4 << 20)) }
        let last = LargeMemory(byteCount: 4 << 20)
        population.announce(last)
        while residentPages(of: last) < last.byteCount / Self.page { sched_yield() }
    }

    @Test func theBlocksOfALoadDoNotOverlap() throws {
        var arena = TextArena()
        let population = try #require(PagePopulation())
        // Four chunks of blocks of 1 KiB.
        arena.expect(4 * 8_192, population)
        var blocks: [UnsafeMutableRawPointer] = []
        for number in 0..<(4 * 8_192) {
            let block = arena.allocate(1_024)
            block.storeBytes(of: number, as: Int.self)
            blocks.append(block)
        }
        arena.expectNoMore()
        for (number, block) in blocks.enumerated() { #expect(block.load(as: Int.self) == number) }
    }

    private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    private func residentPages(of memory: borrowing LargeMemory) -> Int {
        var pages = [UInt8](repeating: 0, count: memory.byteCount / Self.page)
        return mincore(memory.base, memory.byteCount, &pages) == 0 ? pages.count { $0 & 1 != 0 } : 0
    }
}
