import KeywardTesting
import Testing

@testable import KeywardBase

@Suite struct DecimalTextTests {
    @Test func numbersAreWrittenInFull() {
        var random = SeededGenerator(seed: 5)
        let borders = (0..<19).flatMap { power -> [Int64] in
            let number = (0..<power).reduce(Int64(1)) { product, _ in product * 10 }
            return [number - 1, number, -number]
        }
        let numbers = borders + [.max, .min] + (0..<1_000).map { _ in Int64.random(in: .min ... .max, using: &random) }
        for number in numbers {
            var bytes = [UInt8](repeating: 0, count: DecimalText.longest)
            let count = bytes.withUnsafeMutableBytes { DecimalText.write(number, to: $0.baseAddress!) }
            #expect(String(decoding: bytes[..<count], as: UTF8.self) == "\(number)")
            var buffer = ByteBuffer()
            buffer.append(decimal: number)
            #expect(buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "\(number)")
        }
    }
}
