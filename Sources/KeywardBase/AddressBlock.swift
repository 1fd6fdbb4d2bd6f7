/// A block of addresses with a common start: `10.0.0.0/8`, `2001:db8::/32` (RFC 4632, RFC 4291, 2.3).
@frozen package struct AddressBlock: Hashable, Sendable {
    /// The first address.
    package let start: IPAddress
    /// The number of common bits, of 128. An IPv4 block has the 96 of its IPv6 form, too.
    package let length: UInt8

    /// `nil` if a bit of the address after the first `length` is set.
    package init?(start: IPAddress, length: Int) {
        guard (0...128).contains(length) else { return nil }
        (self.start, self.length) = (start, UInt8(length))
        guard start.high & ~highMask == 0, start.low & ~lowMask == 0 else { return nil }
    }

    /// Parses an address and a number of bits, `/0` to `/32` of an IPv4 address and `/0` to `/128` of an IPv6 address.
    /// An address without a number is the block of itself. `nil` for any other text, and if a bit after these is set.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let start = IPAddress(first) else { return nil }
        let family = first.contains(":") ? 128 : 32
        var length = family
        if parts.count > 1 {
            guard let number = UInt8(parts[1]), String(number) == parts[1], number <= family else { return nil }
            length = Int(number)
        }
        self.init(start: start, length: 128 - family + length)
    }

    /// Whether an address is in the block. An IPv4 address is in IPv4 blocks only.
    @inlinable package func contains(_ address: IPAddress) -> Bool {
        let difference = (address.high ^ start.high) & highMask | (address.low ^ start.low) & lowMask
        return difference == 0 && (address.isIPv4 == isIPv4)
    }

    @inlinable var isIPv4: Bool { length >= 96 && start.isIPv4 }
    // A shift by 64 or more gives zero.
    @inlinable var highMask: UInt64 { ~(~0 >> UInt64(length)) }
    @inlinable var lowMask: UInt64 { length <= 64 ? 0 : ~(~0 >> UInt64(length - 64)) }
}

extension AddressBlock: CustomStringConvertible {
    package var description: String { "\(start)/\(isIPv4 ? length - 96 : length)" }
}

extension AddressBlock {
    /// The largest number of blocks of a key.
    package static let mostOfKey = 32

    /// The text of several blocks, separated by spaces.
    package static func text(of blocks: [AddressBlock]) -> String {
        blocks.map(\.description).joined(separator: " ")
    }

    /// The blocks of such a text. A part that is no block is left out, so that it admits no address.
    package static func blocks(in text: String) -> [AddressBlock] {
        text.split(separator: " ").compactMap { AddressBlock($0) }
    }
}
