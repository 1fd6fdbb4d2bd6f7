import KeywardTesting
import Testing

@testable import KeywardBase

struct AddressBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("192.0.2.1/32", "192.0.2.1/32"),
        ("192.0.2.1", "192.0.2.1/32"), ("128.0.0.0/1", "128.0.0.0/1"), ("2001:DB8::/32", "2001:db8::/32"),
        ("::/0", "::/0"),
        ("::1", "::1/128"), ("8000::/1", "8000::/1"), ("2001:db8:0:1::/64", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:8000::/65", "2001:db8:0:1:8000::/65"), ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/96", "0.0.0.0/0"), ("::ffff:10.1.2.3", "10.1.2.3/32"),
    ])
    func aBlockIsWrittenInTheUsualForm(text: String, form: String) {
        #expect(AddressBlock(text)?.description == form)
        #expect(AddressBlock(form) == AddressBlock(text))
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8 ",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0", "10.0.0.1/8", "10.0.0.1/31", "0.0.0.1/0", "10/8", "10.0.0.0/a", "10.0.0.0:80/8",
        "10.0.0.0 /8",
        "::/129", "::/256", "::1/0", "::1/127", "2001:db8::1/64", "2001:db8:0:1::/63", "fe80::%eth0/64",
        "fe80::/64%eth0",
        "[::]/0", "::ffff:0:0/95", "::ffff:10.0.0.0/8", "::ffff:10.0.0.0/102", "10.0.0.0/٨", "*",
    ])
    func anyOtherTextIsNone(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "9.255.255.255", false),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("10.0.0.0/8", "::10.1.2.3", false), ("10.0.0.0/8", "a00::", false),
        ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "::", false), ("0.0.0.0/0", "::fffe:1.2.3.4", false),
        ("::/0", "ffff::1", true), ("::/0", "::", true), ("::/0", "1.2.3.4", false), ("::/0", "::ffff:1.2.3.4", false),
        ("::/64", "1.2.3.4", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
        ("::1", "::1", true), ("::1", "::2", false), ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.0", false),
    ])
    func aBlockHasTheAddressesWithItsBits(block: String, address: String, isIn: Bool) throws {
        #expect(try #require(AddressBlock(block)).contains(#require(IPAddress(address))) == isIn)
    }

    /// The slow model compares the bits one by one, those of IPv4 only with those of IPv4.
    @Test(arguments: 1...50) func itAgreesWithBitsThatAreComparedOneByOne(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var inside = 0
        for _ in 0..<1_000 {
            let (start, other) = (ReferenceAddress.random(&random), ReferenceAddress.random(&random))
            let length = Int.random(in: 0...start.bits.count, using: &random)
            let block = AddressBlock("\(start.text(&random, isIPv6: start.bytes.count == 16))/\(length)")
            #expect((block == nil) == start.bits[length...].contains(true))
            // The same start without the bits that do not count.
            var bytes = start.bytes
            for bit in length..<start.bits.count { bytes[bit / 8] &= ~(128 >> UInt8(bit % 8)) }
            let first = ReferenceAddress(bytes: bytes)
            guard first.bytes.count == bytes.count else { continue }
            let whole = try #require(AddressBlock("\(first.description)/\(length)"))
            if let block { #expect(block == whole) }
            // Mostly another address of the block, or one that differs in one bit.
            var near = start.bytes
            near[Int.random(in: 0..<near.count, using: &random)] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
            for address in [other, start, first, ReferenceAddress(bytes: near)] {
                let isIn =
                    address.bits.count == first.bits.count && address.bits.starts(with: first.bits.prefix(length))
                if isIn { inside += 1 }
                #expect(whole.contains(address.address) == isIn, "\(whole) \(address.description)")
            }
        }
        #expect(inside > 2_000)
    }

    @Test func aPartOfATextThatIsNoBlockAdmitsNothing() {
        let blocks = ["10.0.0.0/8", "::1/128"].compactMap { AddressBlock($0) }
        #expect(AddressBlock.text(of: blocks) == "10.0.0.0/8 ::1/128")
        #expect(AddressBlock.blocks(in: "10.0.0.0/8 ::1/128") == blocks)
        #expect(AddressBlock.blocks(in: "10.0.0.0/8  x 10.0.0.1/8 ::1/128") == blocks)
        #expect(AddressBlock.blocks(in: "").isEmpty)
    }
}

extension ReferenceAddress {
    /// The text of an IPv4 address is not that of an IPv6 address.
    fileprivate func text(_ random: inout SeededGenerator, isIPv6: Bool) -> String {
        isIPv6 ? text(&random) : description
    }
}
