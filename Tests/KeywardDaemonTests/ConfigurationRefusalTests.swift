import Testing

@testable import KeywardSettings
@testable import keywardd

struct ConfigurationRefusalTests {
    @Test(arguments: [
        ("plnas:\n  a: 1\n", "1:1: unknown member 'plnas' in the top level; did you mean 'plans'?"),
        ("sweeps:\n  stale: 3\n", "2:3: unknown member 'stale' in 'sweeps'"),
        (
            "limits:\n  admin:\n    conections: 3\n",
            "3:5: unknown member 'conections' in 'limits.admin'; did you mean 'connections'?"
        ),
        ("verifyLoops: 0\n", "1:14: 'verifyLoops' must be a whole number from 1 to 64"),
        ("verifyLoops: \"2\"\n", "1:14: 'verifyLoops' must be a whole number from 1 to 64"),
        ("verifyLoops: 0x2\n", "1:14: 'verifyLoops' must be a whole number from 1 to 64"),
        ("verifyLoops: 99999999999999999999999\n", "1:14: 'verifyLoops' must be a whole number from 1 to 64"),
        ("verifyLoops: [1]\n", "1:14: 'verifyLoops' must be a whole number from 1 to 64"),
        ("plans: {a: {apiAccess: yes}}\n", "1:24: 'plans.a.apiAccess' must be true or false"),
        ("plans:\n  a: {maxKeys: 2}\n", "2:3: 'plans.a.apiAccess' is missing"),
        (
            "plans:\n  a: {apiAcess: true}\n",
            "2:7: unknown member 'apiAcess' in 'plans.a'; did you mean 'apiAccess'?"
        ),
        ("plans:\n  a:\n", "2:3: plan 'a' must at least say 'apiAccess'"),
        ("plans: [a]\n", "1:8: 'plans' must be a section, not a list"),
        (
            "plans: {a: {apiAccess: true, limits: [{name: r, limit: 1}]}}\n",
            "1:39: 'plans.a.limits[1]' must have limit and windowSeconds"
        ),
        (
            "plans: {a: {apiAccess: true, limits: [{name: R, limit: 1, windowSeconds: 1}]}}\n",
            "1:40: 'plans.a.limits[1].name' must be another slug than the other limits have"
        ),
        (
            "plans: {a: {apiAccess: true, limits: [{name: r, limit: 0, windowSeconds: 1}]}}\n",
            "1:56: 'plans.a.limits[1].limit' must be a whole number from 1 to 1000000000"
        ),
        (
            "plans: {a: {apiAccess: true, maxLimits: [{limit: 1, windowSeconds: 2678401}]}}\n",
            "1:68: 'plans.a.maxLimits[1].windowSeconds' must be a whole number from 1 to 2678400"
        ),
        (
            "plans: {a: {apiAccess: true, limits: [{name: r, limit: 9, windowSeconds: 1}], "
                + "maxLimits: [{limit: 9, windowSeconds: 2}]}}\n",
            "1:9: 'plans.a.limits' break a rule of the plan: requireLimits or maxLimits"
        ),
        ("- a\n", "1:1: the top level must be a section, not a list"),
        ("naming: {personal: never}\n", "1:20: 'naming.personal' must be warn or refuse"),
        ("naming: {productionSegments: prod}\n", #"1:30: 'naming.productionSegments' must be a list: ["prod"]"#),
        ("naming: {productionSegments: [a, a]}\n", "1:34: 'naming.productionSegments' holds 'a' twice"),
        ("sweeps: {largestShare: 1.5}\n", "1:24: 'sweeps.largestShare' must be a number from 0 to 1"),
        ("sweeps: {noticeDays: 30}\n", "1:22: 'sweeps.noticeDays' must be a list"),
        ("sweeps: {noticeDays: [30, 0]}\n", "1:27: 'sweeps.noticeDays' must be a whole number from 1 to 120"),
        ("sweeps: {noticeDays: [7, 7]}\n", "1:26: 'sweeps.noticeDays' holds 7 twice"),
        (
            "sweeps: {noticeDays: [1, 2, 3, 4, 5, 6, 7, 8, 9]}\n",
            "1:22: 'sweeps.noticeDays' must have at most 8 elements"
        ),
        ("sweeps: {largestShare: nan}\n", "1:24: 'sweeps.largestShare' must be a number from 0 to 1"),
        ("operatorGroup: \"a\\nb\"\n", "1:16: 'operatorGroup' must be 1 to 32 characters of text on one line"),
        ("clock: 5\n", "1:8: 'clock' must be a section, not a single value"),
    ])
    func aWrongMemberIsRefusedWithItsPlace(text: String, complaint: String) {
        #expect(refusal(of: text) == "keyward.yaml:" + complaint)
    }

    @Test(arguments: [
        ("verifyLoops: 1\nverifyLoops: 2\n", "2:1: member 'verifyLoops' appears twice"),
        ("a: &x 1\n", "1:4: anchors and aliases are not supported"),
        ("plans: &x {}\nnaming: *x\n", "1:8: anchors and aliases are not supported"),
        ("verifyLoops: !!int 2\n", "1:14: tags are not supported"),
        ("verifyLoops: !mine 2\n", "1:14: tags are not supported"),
        ("? [a]\n: 1\n", "1:3: a member's name must be a word"),
    ])
    func whatAConfigurationHasNoUseForIsRefused(text: String, complaint: String) {
        #expect(refusal(of: text) == "keyward.yaml:" + complaint)
    }

    @Test(arguments: ["a: [\n", "a: b: c\n", "\tx: 1\n", "a: 1\n---\nb: 2\n", "%\n", "a: *x\n", "\u{0}"])
    func whatIsNoYAMLIsRefused(text: String) {
        #expect(refusal(of: text).contains("YAML"))
    }

    @Test(arguments: [
        (
            "sweeps: {disableAfterDays: 90}",
            "1:1: 'sweeps.disableAfterDays' must be more than 'staleAfterDays' (90)"
        ),
        (
            "sweeps: {revokeAfterDays: 90}",
            "1:1: 'sweeps.revokeAfterDays' must be more than 'staleAfterDays' (90)"
        ),
        (
            "sweeps: {disableAfterDays: 120, revokeAfterDays: 120}",
            "1:1: 'sweeps.revokeAfterDays' must be more than 'disableAfterDays' (120)"
        ),
        ("defaultPlan: gold", "1:1: 'defaultPlan' is 'gold', which is not in the catalogue (free, standard)"),
        (
            "plans: {gold: {apiAccess: true}}",
            "1:1: 'defaultPlan' is 'standard', which is not in the catalogue (gold)"
        ),
        (
            "limits: {verify: {connections: 100}}",
            "1:19: 'limits.verify.connectionsPerUser' (256) must be at most 'connections' (100)"
        ),
        (
            "limits: {admin: {reserved: 128}}",
            "1:18: 'limits.admin.reserved' (128) must be less than 'connections' (128)"
        ),
        (
            "plans: {standard: {apiAccess: true, upgradeURL: 'javascript:x'}}",
            "1:37: 'plans.standard.upgradeURL' must begin with https:// or http:// and hold no space"
        ),
        (
            "naming: {productionSegments: [Prod]}",
            "1:10: 'naming.productionSegments' must be words of a-z and 0-9, as they stand in a key's name"
        ),
    ])
    func membersThatContradictEachOtherAreRefused(text: String, complaint: String) {
        #expect(refusal(of: text) == "keyward.yaml:" + complaint)
    }

    @Test func aMissingFileIsTheDefaultsOnlyAtTheDefaultPlace() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(folder.path + "/none.yaml") }
        #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(folder.path) }
    }

    @Test func aFileThatIsNotUTF8IsRefused() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = try folder.write([0x61, 0x3A, 0xFF], to: "keyward.yaml")
        #expect(throws: ConfigurationError(file: file, position: nil, message: "is not UTF-8 text")) {
            try ConfigurationFile.read(file)
        }
    }

    private func refusal(of text: String) -> String {
        do {
            _ = try Configuration(yaml: text, file: "keyward.yaml")
            return "no refusal"
        } catch {
            return "\(error)"
        }
    }
}
