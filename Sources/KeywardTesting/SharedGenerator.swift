import Synchronization

/// One stream of random numbers for all copies: operations that draw one after another draw different numbers.
package struct SharedGenerator: RandomNumberGenerator, Sendable {
    private final class Source: Sendable {
        let generator: Mutex<SeededGenerator>

        init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }
    }

    private let source: Source

    package init(seed: UInt64) { source = Source(seed: seed) }

    package mutating func next() -> UInt64 { source.generator.withLock { $0.next() } }
}
