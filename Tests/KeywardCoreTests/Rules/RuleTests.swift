import KeywardCore
import KeywardTesting
import Testing

struct KeyNameTests {
    @Test(arguments: [
        "a", "7", "prod-main-app", "staging-api", "crm-integration", "a.b_c-d", "v2.0", "sk-prod-importer",
        "backup-2026-11-23", String(repeating: "a", count: 64), "team-eyjafjallajokull", "prod-k8s-v2-blue",
    ])
    func slugsThatTellAPurposeAreTaken(name: String) {
        #expect(KeyName.fault(in: name) == nil)
    }

    @Test(arguments: [
        "", "-a", "a-", ".a", "a_", "Prod", "a b", "a@b", "jane@example.com", "naïve", "a/b", "a\n", "漢",
        String(repeating: "a", count: 65), "a\u{0}",
    ])
    func whatIsNoSlugIsRefused(name: String) throws {
        #expect(KeyName.fault(in: name) == .isNoSlug)
    }

    @Test(arguments: ["kw_8fql2mxw", "acme_00000000", "key_01arz3ndektsv4rrffq69g5fav"])
    func whatHasTheShapeOfAReferenceIsRefused(name: String) {
        #expect(KeyName.fault(in: name) == .looksLikeReference)
    }

    @Test(arguments: [
        "ghp_16c7e42f292c6912e7", "sk-4k2j9x8c7v6b", "akia5x2m9q1z7w3e", "d41d8cd98f00b204e9800998ecf8427e",
        "550e8400-e29b-41d4-a716-446655440000", "importer-a1b2c3d4e5f6a7b8c9d0", "eyj0exaiojkv1q2w3",
    ])
    func whatLooksLikeASecretIsRefused(name: String) {
        #expect(KeyName.fault(in: name) == .looksSecret)
    }

    @Test func aSegmentMarksAKeyOfProduction() {
        let segments: Set = ["prod", "live"]
        for name in ["prod", "prod-app", "app.prod", "a_live_b"] {
            #expect(KeyName.isProduction(name, segments: segments))
        }
        for name in ["product", "reprod-a", "alive", "prods"] {
            #expect(!KeyName.isProduction(name, segments: segments))
        }
    }

    @Test(
        arguments: [
            ("jdoe-laptop", .person), ("crm-jane-doe", .person), ("doe.jane", .person),
            ("pay-4111111111111111", .paymentCard), ("pay-4111-1111-1111-1111", .paymentCard),
            ("call-4930123456", .telephone),
        ] as [(String, KeyName.Trait)])
    func whatLooksPersonalIsNamed(name: String, trait: KeyName.Trait) {
        #expect(KeyName.personalTrait(of: name, people: PeopleNames(["jdoe", "Jane Doe"])) == trait)
    }

    @Test(arguments: ["prod-main-app", "jdoes", "jane-app", "release-20261123", "v1.2.3", "pay-4111111111111112x"])
    func whatDoesNotLookPersonalDrawsNoWarning(name: String) {
        let trait = KeyName.personalTrait(of: name, people: PeopleNames(["jdoe", "Jane Doe", "", "  "]))
        #expect(trait == nil || trait == .telephone)
    }
}

struct ScopeTests {
    @Test(arguments: ["a", "orders:read", "orders:*", "*", "A-Z/0_9.x", String(repeating: "s", count: 128)])
    func mayBeHeld(scope: String) {
        #expect(Scope.canBeHeld(scope))
        #expect(Scope.canBeRequired(scope) == !scope.contains("*"))
    }

    @Test(arguments: ["", "a*b", "**", "a b", "é", "a\n", "a,b", String(repeating: "s", count: 129)])
    func mayNotBeHeld(scope: String) {
        #expect(!Scope.canBeHeld(scope))
        #expect(!Scope.canBeRequired(scope))
    }

    @Test(arguments: [
        (["orders:read"], "orders:read", true), (["orders:*"], "orders:read", true), (["orders:*"], "orders:", true),
        (["*"], "anything", true), ([], "a", false), (["orders:read"], "orders:rea", false),
        (["orders:read"], "orders:read2", false), (["orders:*"], "order", false), (["a", "b*"], "bcd", true),
        (["Orders:read"], "orders:read", false),
    ])
    func coverage(held: [String], required: String, isCovered: Bool) {
        #expect(Array(required.utf8).withUnsafeBytes { Scope.covers(held, $0) } == isCovered)
    }
}

struct KeyReferenceTests {
    @Test func whatItMeansFollowsFromItsShape() {
        #expect(KeyReference("key_01arz3ndektsv4rrffq69g5fav") == .id("key_01arz3ndektsv4rrffq69g5fav"))
        #expect(KeyReference("kw_8FqL2mXw") == .prefix("kw_8FqL2mXw"))
        #expect(KeyReference("prod-main-app") == .name("prod-main-app"))
        #expect(KeyReference("") == .name(""))
        #expect(KeyReference("kw_8FqL2mX") == .name("kw_8FqL2mX"))
    }

    @Test func aKeyIsNoReference() {
        let key = KeyFormatTests.sample(tag: "kw", seed: 9)
        let cut = String(key.dropLast(3))
        for text in [key, " " + key, key + "\n", "key=" + key, cut] { #expect(KeyReference(text) == nil) }
        #expect(KeyReference(String(key.dropFirst(2))) != nil)
    }
}
