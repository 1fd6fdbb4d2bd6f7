import KeywardBase

/// An instant in UTC, in whole milliseconds, written as RFC 3339 with three decimals and `Z`.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
    public var milliseconds: Int64

    /// Creates a timestamp from milliseconds since 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The earlier one is less.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Timestamp: LosslessStringConvertible {
    /// Parses an RFC 3339 date and time: any offset, at most three decimals, years 0001 to 9999.
    ///
    /// `nil` for anything else, including a leap second and a day that the month does not have.
    public init?(_ text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), year >= 1, reader.skip("-"), let month = reader.number(2),
            reader.skip("-"), let day = reader.number(2), reader.skip("T") || reader.skip("t"),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.skip(":"),
            let second = reader.number(2), let fraction = reader.milliseconds(), let offset = reader.offset(),
            reader.isAtEnd, (1...12).contains(month), day >= 1, day <= CivilDate.days(in: month, of: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60
        milliseconds = Int64(seconds) * 1_000 + Int64(fraction)
        guard (Self.earliest...Self.latest).contains(milliseconds) else { return nil }
    }

    private static let earliest: Int64 = -62_135_596_800_000
    private static let latest: Int64 = 253_402_300_799_999

    /// RFC 3339, for example `2026-11-23T09:30:00.000Z`. A year beyond four digits gets as many as it needs.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.longestText) { write(to: UnsafeMutableRawBufferPointer($0)) }
    }

    /// Writes it as a JSON string into a buffer of ``longestText`` and two bytes more. Returns the number of bytes
    /// written.
    package func write(inQuotes buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[1...]))
        (buffer[0], buffer[count + 1]) = (UInt8(ascii: "\""), UInt8(ascii: "\""))
        return count + 2
    }

    /// The length with a year of a sign and twelve digits, which the most distant years have.
    package static let longestText = 33

    private func write(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        var (days, rest) = Int(milliseconds).quotientAndRemainder(dividingBy: 86_400_000)
        if rest < 0 { (days, rest) = (days - 1, rest + 86_400_000) }
        let date = CivilDate(daysSinceEpoch: days)
        var text = DigitWriter(buffer)
        text.write(year: date.year)
        text.write(date.month, 2, before: "-")
        text.write(date.day, 2, before: "T")
        text.write(rest / 3_600_000, 2, before: ":")
        text.write(rest / 60_000 % 60, 2, before: ":")
        text.write(rest / 1_000 % 60, 2, before: ".")
        text.write(rest % 1_000, 3, before: "Z")
        return text.count
    }
}

/// Writes numbers of a fixed width.
private struct DigitWriter {
    private let text: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ text: UnsafeMutableRawBufferPointer) {
        self.text = text
    }

    /// Four digits; a year outside 0 to 9999 is written in full.
    mutating func write(year: Int) {
        if (0...9_999).contains(year) { return write(year, 4, before: "-") }
        for byte in "\(year)-".utf8 {
            text[count] = byte
            count += 1
        }
    }

    mutating func write(_ number: Int, _ width: Int, before end: Unicode.Scalar) {
        var rest = number
        for place in stride(from: count + width - 1, through: count, by: -1) {
            text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        text[count + width] = UInt8(ascii: end)
        count += width + 1
    }
}

extension Timestamp: Codable {
    /// Reads an RFC 3339 string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be an RFC 3339 date and time, such as 2026-12-31T23:59:59Z")
        }
        self = value
    }

    /// Writes an RFC 3339 string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Reads numbers of a fixed width from a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard rest.count >= width else { return nil }
        var value = 0
        for digit in rest.prefix(width) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        rest.removeFirst(width)
        return value
    }

    /// `.5`, `.50` or `.500`; an absent fraction is 0.
    mutating func milliseconds() -> Int? {
        guard skip(".") else { return 0 }
        for (width, factor) in [(3, 1), (2, 10), (1, 100)] {
            if let value = number(width) { return value * factor }
        }
        return nil
    }

    /// `Z`, `+hh:mm` or `-hh:mm`, in minutes.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}
