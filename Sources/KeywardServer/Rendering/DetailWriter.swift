import KeywardCore
import KeywardProtocol

/// Writes members of a verification's result into memory that is large enough.
struct DetailWriter {
    /// After the last byte that was written.
    private(set) var end: UnsafeMutableRawPointer
    /// The last instant and its text: the limits of an admitted verification have the same one.
    private var last: (instant: Instant, text: UnsafeMutableRawPointer, count: Int)?

    /// The most bytes of a limit apart from its name, and of everything that is not a limit.
    static let mostBytesOfLimit = 160
    static let mostBytesBeside = 256

    init(_ start: UnsafeMutableRawPointer) { end = start }

    mutating func write(_ limits: [KeywardCore.LimitState]) {
        guard !limits.isEmpty else { return }
        write(#","limits":["#)
        for (place, limit) in limits.enumerated() {
            write(place > 0 ? #",{"name":""# : #"{"name":""#)
            // A slug has nothing to escape.
            limit.name.withUnsafeBytes { copy($0.baseAddress, $0.count) }
            write(#"","limit":"#)
            write(limit.limit)
            write(#","remaining":"#)
            write(limit.remaining)
            write(#","resetsAt":"#)
            write(limit.resetsAt)
            write("}")
        }
        write("]")
    }

    mutating func write(_ text: StaticString) { copy(text.utf8Start, text.utf8CodeUnitCount) }

    /// A number of at most 20 characters, or `null`.
    mutating func write(_ number: Int64?) {
        guard let number else { return write("null") }
        if number < 0 { write("-") }
        var (count, bound) = (1, UInt64(10))
        while count < 19, number.magnitude >= bound {
            count += 1
            bound *= 10
        }
        var rest = number.magnitude
        for place in stride(from: count - 1, through: 0, by: -1) {
            let quotient = rest / 10
            end.storeBytes(
                of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest &- quotient &* 10), toByteOffset: place,
                as: UInt8.self)
            rest = quotient
        }
        end += count
    }

    /// An instant in quotes, or `null`.
    mutating func write(_ instant: Instant?) {
        guard let instant else { return write("null") }
        if let last, last.instant == instant { return copy(last.text, last.count) }
        let text = end
        end += Timestamp(instant).write(
            inQuotes: UnsafeMutableRawBufferPointer(start: end, count: Timestamp.longestText + 2))
        last = (instant, text, end - text)
    }

    private mutating func copy(_ start: UnsafeRawPointer?, _ count: Int) {
        if let start { end.copyMemory(from: start, byteCount: count) }
        end += count
    }
}
