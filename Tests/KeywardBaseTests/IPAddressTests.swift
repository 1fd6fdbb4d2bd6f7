import Glibc
import KeywardTesting
import Testing

@testable import KeywardBase

struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("0:0:0:0:0:FFFF:c000:0201", "192.0.2.1"), ("::fffe:192.0.2.1", "::fffe:c000:201"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::192.0.2.1", "::c000:201"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("a::b:0:0:c", "a::b:0:0:c"),
        ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
    func anAddressIsWrittenInTheUsualForm(text: String, form: String) {
        #expect(IPAddress(text)?.description == form)
        #expect(IPAddress(form) == IPAddress(text))
        #expect(IPAddress(text)?.isIPv4 == !form.contains(":"))
    }

    @Test(arguments: [
        "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.4.", ".1.2.3.4", "1..3.4", "01.2.3.4", "1.2.3.04", "00.0.0.0",
        "256.0.0.1", "1.2.3.999", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "1.2.3.4\0", "0x7f.0.0.1", "1.2.3.-4",
        "+1.2.3.4",
        "1.2.3.4:80", "1.2.3.4/32", "[::1]", "[::1]:80", "::1%eth0", "fe80::1%1", ":", ":::", "::1::", "1::2::3", ":1",
        "1:",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
        "1::2:3:4:5:6:7:8", "12345::", "g::", "::ffff:192.0.2", "::ffff:192.0.2.256", "::ffff:1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "::1/128", "localhost", "١.2.3.4", "::ffff:1.2.3.04", "2001:db8:::1",
        "0000:0000:0000:0000:0000:0000:0000:00001", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2550",
    ])
    func anyOtherTextIsNone(text: String) {
        #expect(IPAddress(text) == nil)
    }

    /// The C library has another parser. It is asked about texts that are nearly addresses.
    @Test(arguments: 1...50) func theCLibraryReadsTheSameAddresses(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<2_000 {
            let text = Self.text(&random)
            let address = IPAddress(text)
            #expect(address == ReferenceAddress(text).map(\.address), "\(text)")
            guard let address else { continue }
            accepted += 1
            #expect(IPAddress(address.description) == address)
            // The library writes IPv4 addresses within IPv6 ones in its own way.
            if address.high != 0 || address.low >> 48 != 0 {
                #expect(ReferenceAddress(text)?.description == address.description)
            }
        }
        #expect(accepted > 200)
    }

    /// An address in one of many forms, of which every second has an error.
    private static func text(_ random: inout SeededGenerator) -> String {
        var text = ReferenceAddress.random(&random).text(&random)
        if random.chance(1, outOf: 2) {
            let alphabet = Array("0123456789abcdefABF::::....%/ g")
            let place = text.index(text.startIndex, offsetBy: Int.random(in: 0..<text.count, using: &random))
            switch Int.random(in: 0..<3, using: &random) {
            case 0: text.remove(at: place)
            case 1: text.insert(alphabet.randomElement(using: &random)!, at: place)
            default: text.replaceSubrange(place...place, with: [alphabet.randomElement(using: &random)!])
            }
        }
        return text
    }
}

/// An address as the C library sees it: bytes, four or sixteen of them.
struct ReferenceAddress: Hashable {
    var bytes: [UInt8]

    /// An IPv4 address within an IPv6 one has four bytes.
    init(bytes: [UInt8]) {
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [255, 255]
        self.bytes = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.dropFirst(12)) : bytes
    }

    init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: Array(bytes.prefix(4)))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    /// Often with runs of equal bits, near to one another.
    static func random(_ random: inout SeededGenerator) -> ReferenceAddress {
        let count = random.chance(1, outOf: 2) ? 4 : 16
        return ReferenceAddress(
            bytes: (0..<count).map { _ in
                random.chance(1, outOf: 2) ? 0 : [1, 10, 127, 128, 192, 254, 255].randomElement(using: &random)!
            })
    }

    var address: IPAddress {
        let all = bytes.count == 4 ? Array(repeating: 0, count: 10) + [255, 255] + bytes : bytes
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return IPAddress(high: number(all[..<8]), low: number(all[8...]))
    }

    var description: String {
        var buffer = [CChar](repeating: 0, count: 64)
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &buffer, 64)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One of its forms.
    func text(_ random: inout SeededGenerator) -> String {
        if random.chance(1, outOf: 3) { return description }
        let dotted = bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        if bytes.count == 4 { return (random.chance(1, outOf: 2) ? "::ffff:" : "") + dotted }
        var groups = (0..<8).map { String(Int(bytes[2 * $0]) << 8 | Int(bytes[2 * $0 + 1]), radix: 16) }
        if random.chance(1, outOf: 3) { groups.replaceSubrange(6..., with: [dotted]) }
        let text = groups.joined(separator: ":")
        return random.chance(1, outOf: 2) ? text.uppercased() : text
    }

    /// The bits, the first first.
    var bits: [Bool] { bytes.flatMap { byte in (0..<8).map { byte & (128 >> $0) != 0 } } }
}
