import KeywardBase
import KeywardTesting
import Testing

@testable import KeywardCore

/// Keys that verify only for clients with certain addresses.
struct AddressTests {
    private static let office = "10.0.0.0/8 2001:db8::/32"

    @Test(
        arguments: [
            (nil, .addressRefused), ("10.1.2.3", .valid), ("::ffff:10.1.2.3", .valid), ("11.1.2.3", .addressRefused),
            ("2001:db8::7", .valid), ("2001:db9::7", .addressRefused),
        ] as [(String?, Verdict.Code)])
    func aKeyVerifiesFromItsAddressesOnly(address: String?, code: Verdict.Code) throws {
        let fixture = try AuthorityFixture()
        let (office, free) = (try fixture.create("office", addresses: Self.office), try fixture.create("free"))
        #expect(fixture.verify(office.secret, from: address).code == code)
        #expect(fixture.verify(free.secret, from: address).code == .valid)
        let usage = try fixture.view(office.id).usage
        #expect((usage.valid, usage.refused) == (code == .valid ? (1, 0) : (0, 1)))
        try fixture.restart()
        #expect(fixture.verify(office.secret, from: address).code == code)
    }

    @Test func theAddressIsCheckedAfterTheStatusAndBeforeTheScopes() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("office", scopes: ["a"], addresses: Self.office)
        #expect(fixture.verify(key.secret, in: "nowhere", from: "11.0.0.1").code == .notFound)
        #expect(fixture.verify(key.secret, scopes: ["b"], from: "11.0.0.1").code == .addressRefused)
        #expect(fixture.verify(key.secret, scopes: ["b"], from: "10.0.0.1").code == .insufficientScope)
        #expect(fixture.verify(key.secret, scopes: ["a"], from: "10.0.0.1").code == .valid)
        try fixture.disable(key.id)
        #expect(fixture.verify(key.secret, scopes: ["b"], from: "11.0.0.1").code == .disabled)
    }

    @Test func aRefusedSuccessorHasNotHadItsFirstUse() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("office", addresses: Self.office)
        let successor = try fixture.rotate(key.id)
        #expect(successor.view.record.addresses == Self.office)
        #expect(fixture.verify(successor.secret).code == .addressRefused)
        #expect(try fixture.view(key.id).rotation?.firstUsedAt == nil)
        // The predecessor has a grace period beside its addresses.
        #expect(fixture.verify(successor.secret, from: "10.0.0.1").code == .valid)
        #expect(fixture.verify(key.secret, from: "11.0.0.1").code == .addressRefused)
        let old = fixture.verify(key.secret, from: "10.0.0.1")
        #expect(old.code == .valid && old.warnings.contains(.retiring))
        fixture.clock.advance(by: .days(1))
        #expect(fixture.verify(key.secret, from: "10.0.0.1").code == .superseded)
    }

    @Test func anUpdateActsAtOnceAndIsRecorded() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("office", addresses: Self.office)
        #expect(fixture.entries.last?.details.contains(#""addresses":["10.0.0.0/8", "2001:db8::/32"]"#) == true)
        for (addresses, codes) in [
            ("11.0.0.0/8", [.addressRefused, .valid, .addressRefused]), (nil, [.valid, .valid, .valid]),
            (Self.office, [.valid, .addressRefused, .addressRefused]),
        ] as [(String?, [Verdict.Code])] {
            try fixture.update(
                key.id, KeyUpdate(attributes: KeyAttributeChanges(addresses: .some(addresses))))
            let found = ["10.0.0.1", "11.0.0.1", nil].map { fixture.verify(key.secret, from: $0).code }
            #expect(found == codes)
            let details = fixture.entries.last?.details ?? ""
            #expect(details.contains(#""addresses":[\#(addresses == nil ? "]" : "\"")"#), "\(details)")
        }
        try fixture.update(key.id, KeyUpdate(attributes: KeyAttributeChanges(purpose: .some("x"))))
        #expect(try fixture.view(key.id).record.addresses == Self.office)
        #expect(fixture.verify(key.secret, from: "11.0.0.1").code == .addressRefused)
    }

    /// The row may have been written by another program.
    @Test func addressesThatCannotBeReadAdmitNobody() throws {
        let fixture = try AuthorityFixture()
        for text in ["", "x", "10.0.0.1/8", "10.0.0.0/8,11.0.0.0/8"] {
            let key = try fixture.create("key-\(text.utf8.count)", addresses: text)
            for _ in 0..<2 {
                for address in [nil, "10.0.0.1", "11.0.0.1", "::1"] {
                    #expect(fixture.verify(key.secret, from: address).code == .addressRefused, "\(text)")
                }
                try fixture.restart()
            }
        }
    }

    @Test func theLastAddressesAreShownToAdminsWhileTheyAreKept() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("office", addresses: Self.office)
        for grant in [("ada", Role.admin), ("ben", .viewer)] {
            _ = try fixture.authority.grant(
                grant.1, to: "user:\(grant.0)", inWorkspace: "default", by: .root, at: fixture.now)
        }
        func shown(to caller: Caller) throws -> [String]? {
            try fixture.authority.key(key.id, workspace: nil, for: caller, at: fixture.now).lastAddresses.map { uses in
                uses.map { "\($0.address) \($0.since == fixture.now)" }
            }
        }
        #expect(try shown(to: .root) == [])
        // Whatever the answer is.
        fixture.verify(key.secret, from: "10.0.0.1")
        fixture.clock.advance(by: .seconds(1))
        fixture.verify(key.secret, in: "nowhere", from: "11.0.0.1")
        fixture.verify(key.secret)
        for caller in [Caller.root, .ada] { #expect(try shown(to: caller) == ["11.0.0.1 true", "10.0.0.1 false"]) }
        #expect(try shown(to: .ben) == nil)
        var policy = fixture.policy
        policy.keepsLastAddresses = false
        fixture.authority.committer.adopt(policy)
        #expect(try shown(to: .root) == nil)
        fixture.authority.committer.adopt(fixture.policy)
        #expect(try shown(to: .root) == [])
    }

    @Test func aPurgedKeyLeavesNoAddressBehind() throws {
        let fixture = try AuthorityFixture()
        let key = try fixture.create("office", addresses: Self.office)
        fixture.verify(key.secret, from: "10.0.0.1")
        try fixture.revoke(key.id)
        fixture.clock.advance(by: .days(400))
        func uses() -> Int { fixture.authority.registry.read { $0.lastAddresses.uses(ofKey: key.number).count } }
        #expect(uses() == 1)
        #expect(try fixture.authority.sweep(.retention, at: fixture.now, limit: 100).changed[.keyPurged] == 1)
        #expect(uses() == 0)
        // Its place in memory is used again.
        let free = try fixture.create("free")
        #expect(fixture.verify(free) == .valid)
    }
}
