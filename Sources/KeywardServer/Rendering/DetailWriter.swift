import KeywardBase
import KeywardCore
import KeywardProtocol

/// Writes members of a verification's result into memory that is large enough.
struct DetailWriter {
    /// After the last byte that was written.
    private(set) var end: UnsafeMutableRawPointer

    /// The most bytes of a limit of a key, or of an unknown one apart from its name, and of everything that is not a
    /// limit. The name of a key's limit has at most 64.
    static let mostBytesOfLimit = 320
    static let mostBytesBeside = 320

    init(_ start: UnsafeMutableRawPointer) { end = start }

    /// The start of a limit of a key: an object up to what remains.
    static func start(of limit: RateLimit) -> [UInt8] {
        // A slug has nothing to escape.
        Array(#"{"name":"\#(limit.name)","limit":\#(limit.limit),"remaining":"#.utf8)
    }

    mutating func writeLimits(of details: inout VerdictDetails) {
        guard details.limitCount > 0 || !details.unknownLimits.isEmpty else { return }
        write(#","limits":["#)
        for position in 0..<details.limitCount {
            if position > 0 { write(",") }
            copy(limit: details.limits[position].text)
            write(details.limits[position].remaining)
            write(#","resetsAt":"#)
            write(details.limits[position].resetsAt, &details.resetText)
            write("}")
        }
        if !details.unknownLimits.isEmpty { writeUnknownLimits(of: details) }
        write("]")
    }

    private mutating func writeUnknownLimits(of details: borrowing VerdictDetails) {
        for (position, name) in details.unknownLimits.enumerated() {
            if position + details.limitCount > 0 { write(",") }
            write(#"{"name":""#)
            name.withUnsafeBytes { copy($0.baseAddress, $0.count) }
            write(#"","limit":null,"remaining":null,"resetsAt":null}"#)
        }
    }

    mutating func writeCredits(of details: inout VerdictDetails) {
        if let credits = details.credits {
            write(#","credits":{"remaining":"#)
            write(credits.remaining)
            write(#","refillsAt":"#)
            write(credits.refillsAt, &details.refillText)
            write("}")
        }
        if let retryAfter = details.retryAfter {
            write(#","retryAfterSeconds":"#)
            if case .seconds(let seconds) = retryAfter { write(seconds) } else { write("null") }
        }
    }

    @inline(__always)
    mutating func write(_ text: StaticString) { copy(text.utf8Start, text.utf8CodeUnitCount) }

    private mutating func write(_ number: Int64) { end += DecimalText.write(number, to: end) }

    /// An instant in quotes, or `null`.
    @inline(__always)
    private mutating func write(_ instant: Instant?, _ last: inout InstantText) {
        guard let instant else { return write("null") }
        end += last.write(instant, to: end) { Timestamp(instant).write(inQuotes: $0) }
    }

    /// Copies a fixed length where that is enough, which takes fewer instructions.
    @inline(__always)
    private mutating func copy(limit text: UnsafeRawBufferPointer) {
        if let start = text.baseAddress {
            let isShort = text.count <= LimitReply.readableBytes
            if isShort { end.copyMemory(from: start, byteCount: LimitReply.readableBytes) }
            if !isShort { end.copyMemory(from: start, byteCount: text.count) }
        }
        end += text.count
    }

    @inline(__always)
    private mutating func copy(_ start: UnsafeRawPointer?, _ count: Int) {
        if let start { end.copyMemory(from: start, byteCount: count) }
        end += count
    }
}
