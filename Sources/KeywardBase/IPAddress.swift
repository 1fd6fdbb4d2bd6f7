/// An IPv4 or IPv6 address, compared by its bits.
///
/// An IPv4 address is the IPv6 address to which it is mapped (RFC 4291, 2.5.5.2): `192.0.2.1` is `::ffff:192.0.2.1`.
@frozen package struct IPAddress: Hashable, Sendable {
    /// The first 64 bits and the last, as numbers.
    package let high: UInt64
    package let low: UInt64

    @inlinable package init(high: UInt64, low: UInt64) {
        (self.high, self.low) = (high, low)
    }

    @inlinable package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The length of the longest text: seven groups of an IPv6 address, and an IPv4 address in place of the last two.
    package static let longestText = 45

    /// Parses a text without a port, a zone or spaces; `nil` for any other. Numbers of an IPv4 address have no leading
    /// zeros, which some programs read as octal.
    package init?(_ text: Span<UInt8>) {
        guard text.count <= Self.longestText else { return nil }
        let address = text.withUnsafeBytes { bytes in
            var reader = AddressReader(bytes)
            return reader.hasColon ? reader.ipv6() : reader.ipv4().map { Self(ipv4: $0) }
        }
        guard let address else { return nil }
        self = address
    }

    package init?(_ text: some StringProtocol) { self.init(Array(text.utf8).span) }

    fileprivate init(ipv4: UInt32) { self.init(high: 0, low: 0xFFFF << 32 | UInt64(ipv4)) }
}

extension IPAddress: CustomStringConvertible {
    /// The usual text: `192.0.2.1`, or the shortest text of an IPv6 address in lower case (RFC 5952, 4).
    package var description: String {
        if isIPv4 {
            return [24, 16, 8, 0].map { (shift: UInt64) in String(low >> shift & 0xFF) }.joined(separator: ".")
        }
        let groups = [high, low].flatMap { (half: UInt64) in
            [48, 32, 16, 0].map { (shift: UInt64) in half >> shift & 0xFFFF }
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let gap = Self.longestGap(in: groups) else { return text(0..<8) }
        return text(0..<gap.lowerBound) + "::" + text(gap.upperBound..<8)
    }

    /// The first of the longest runs of two or more zeros.
    private static func longestGap(in groups: [UInt64]) -> Range<Int>? {
        var longest = 0..<1
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<index + 1 }
        }
        return longest.count > 1 ? longest : nil
    }
}

/// Reads the text of an address.
private struct AddressReader {
    let text: UnsafeRawBufferPointer
    var place = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    var hasColon: Bool { text.contains(UInt8(ascii: ":")) }

    /// Four numbers up to the end of the text.
    mutating func ipv4() -> UInt32? {
        var address: UInt32 = 0
        for index in 0..<4 {
            if index > 0, !take(UInt8(ascii: ".")) { return nil }
            let start = place
            var number: UInt32 = 0
            while place < text.count, place < start + 3, let digit = digit(at: place), digit < 10 {
                number = number * 10 + digit
                place += 1
            }
            guard place > start, number <= 255, place == start + 1 || text[start] != UInt8(ascii: "0") else {
                return nil
            }
            address = address << 8 | number
        }
        return place == text.count ? address : nil
    }

    /// Eight groups of four hexadecimal digits at most, up to the end of the text. Once, `::` replaces one or more groups
    /// of zeros. An IPv4 address may replace the last two.
    mutating func ipv6() -> IPAddress? {
        var groups = InlineArray<8, UInt64>(repeating: 0)
        var count = 0
        var gap: Int?
        if takeGap() { gap = 0 }
        while place < text.count {
            guard count < 8 else { return nil }
            let start = place
            while place < text.count, place < start + 4, let digit = digit(at: place) {
                groups[count] = groups[count] << 4 | UInt64(digit)
                place += 1
            }
            guard place > start else { return nil }
            if place < text.count, text[place] == UInt8(ascii: ".") {
                place = start
                guard count <= 6, let last = ipv4() else { return nil }
                (groups[count], groups[count + 1]) = (UInt64(last >> 16), UInt64(last & 0xFFFF))
                count += 2
                break
            }
            count += 1
            if place == text.count { break }
            if takeGap() {
                guard gap == nil else { return nil }
                gap = count
            } else if !take(UInt8(ascii: ":")) || place == text.count {
                return nil
            }
        }
        guard let gap else { return count == 8 ? Self.address(groups) : nil }
        guard count < 8 else { return nil }
        for index in (gap..<count).reversed() {
            groups[index + 8 - count] = groups[index]
            groups[index] = 0
        }
        return Self.address(groups)
    }

    private static func address(_ groups: InlineArray<8, UInt64>) -> IPAddress {
        func half(_ start: Int) -> UInt64 {
            groups[start] << 48 | groups[start + 1] << 32 | groups[start + 2] << 16 | groups[start + 3]
        }
        return IPAddress(high: half(0), low: half(4))
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < text.count, text[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func takeGap() -> Bool {
        guard place + 1 < text.count, text[place] == UInt8(ascii: ":"), text[place + 1] == UInt8(ascii: ":") else {
            return false
        }
        place += 2
        return true
    }

    /// The value of a hexadecimal digit.
    private func digit(at place: Int) -> UInt32? {
        switch text[place] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(text[place] - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(text[place] - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(text[place] - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
