import KeywardBase
import Testing

@testable import KeywardCore
@testable import KeywardServer

@Suite struct DetailWriterTests {
    private func text(_ write: (inout DetailWriter) -> Void) -> String {
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = bytes.withUnsafeMutableBytes { buffer in
            var writer = DetailWriter(buffer.baseAddress!)
            write(&writer)
            return writer.end - buffer.baseAddress!
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test func anInstantThatIsWrittenAgainIsTheSameText() {
        var details = VerdictDetails()
        let texts = ([0, 0, 1, 0, nil] as [Int64?]).map { milliseconds in
            details.credits = CreditState(remaining: 1, refillsAt: milliseconds.map { Instant(milliseconds: $0) })
            return text { $0.writeCredits(of: &details) }
        }
        let (first, second) = (#""1970-01-01T00:00:00.000Z""#, #""1970-01-01T00:00:00.001Z""#)
        #expect(
            texts == [first, first, second, first, "null"].map { #","credits":{"remaining":1,"refillsAt":\#($0)}"# })
    }

    @Test func theLongestDetailsFitTheirBounds() {
        let name = [UInt8](repeating: UInt8(ascii: "a"), count: 64)
        let limit = RateLimit(name: String(repeating: "a", count: 64), limit: .max, window: .days(31))
        let start = DetailWriter.start(of: limit)
        start.withUnsafeBytes { start in
            var details = VerdictDetails()
            details.limits[0].text = start
            details.limits[0].remaining = .min
            details.limits[0].resetsAt = Instant(milliseconds: .max)
            details.limits[1] = details.limits[0]
            var sizes = [0, 1, 2].map { count in
                details.limitCount = count
                return text { $0.writeLimits(of: &details) }.utf8.count
            }
            #expect(sizes[2] - sizes[1] <= start.count + DetailWriter.mostBytesOfLimit)
            details.unknownLimits = [name]
            sizes.append(text { $0.writeLimits(of: &details) }.utf8.count)
            #expect(sizes[3] - sizes[2] <= name.count + DetailWriter.mostBytesOfLimit)
            details.credits = CreditState(remaining: .min, refillsAt: Instant(milliseconds: .max))
            details.retryAfter = .seconds(.max)
            let rest = text { $0.writeCredits(of: &details) }.utf8.count
            // The frame of the list, and the end of the reply.
            #expect(rest + 20 <= DetailWriter.mostBytesBeside)
        }
    }
}
