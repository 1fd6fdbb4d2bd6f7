import KeywardTesting
import Testing

@testable import KeywardCore
@testable import KeywardServer

@Suite struct DetailWriterTests {
    private func text(_ write: (inout DetailWriter) -> Void) -> String {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = bytes.withUnsafeMutableBytes { buffer in
            var writer = DetailWriter(buffer.baseAddress!)
            write(&writer)
            return writer.end - buffer.baseAddress!
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test func numbersAreWrittenInFull() {
        var random = SeededGenerator(seed: 5)
        let borders = (0..<19).flatMap { power -> [Int64] in
            let number = (0..<power).reduce(Int64(1)) { product, _ in product * 10 }
            return [number - 1, number, -number]
        }
        let numbers = borders + [.max, .min] + (0..<1_000).map { _ in Int64.random(in: .min ... .max, using: &random) }
        for number in numbers { #expect(text { $0.write(number) } == "\(number)") }
        #expect(text { $0.write(nil as Int64?) } == "null")
    }

    @Test func anInstantThatIsWrittenAgainIsTheSameText() {
        let (first, second) = (Instant(milliseconds: 0), Instant(milliseconds: 1))
        let written = text { writer in
            for instant in [first, first, second, first, nil] { writer.write(instant) }
        }
        let texts = ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z"].map { "\"\($0)\"" }
        #expect(written == texts[0] + texts[0] + texts[1] + texts[0] + "null")
    }

    @Test func theLongestDetailsFitTheirBounds() {
        let name = [UInt8](repeating: UInt8(ascii: "a"), count: 64)
        var state = KeywardCore.LimitState(name: name)
        (state.limit, state.remaining) = (.min, .min)
        state.resetsAt = Instant(milliseconds: .max)
        let one = text { $0.write([state]) }.utf8.count
        let two = text { $0.write([state, state]) }.utf8.count
        #expect(two - one <= name.count + DetailWriter.mostBytesOfLimit)
        #expect(one - (two - one) + 200 <= DetailWriter.mostBytesBeside)
    }
}
