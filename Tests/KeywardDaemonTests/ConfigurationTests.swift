import KeywardCore
import KeywardServer
import Testing

@testable import keywardd

struct ConfigurationTests {
    @Test(arguments: ["", "# nothing\n", "---\n", "plans:\nlimits:\n"])
    func anEmptyFileIsTheDefaults(text: String) throws {
        #expect(try read(text) == Configuration())
    }

    @Test func theDocumentedExampleIsTheDefaultsWithAndWithoutItsCommentSigns() throws {
        let example = try DocumentedConfiguration.text
        #expect(try read(example) == Configuration())
        let uncommented = DocumentedConfiguration.withoutCommentSigns(example)
        #expect(uncommented.contains("\n  admin:\n") && uncommented.contains("\nverifyLoops:"))
        #expect(try read(uncommented) == Configuration())
        // Its members are read: another value of the deepest of them changes the configuration.
        let changed = uncommented.replacing("    idleSeconds: 300\n", with: "    idleSeconds: 301\n")
        #expect(try read(changed).adminLimits.idleSeconds == 301)
    }

    @Test func everyMemberReachesItsField() throws {
        let configuration = try read(Self.full)
        let policy = configuration.policy
        #expect(
            policy.plans == [
                "team": Plan(
                    apiAccess: true, maxKeys: 20, maxLifetimeDays: 365, requireExpiry: true, requirePurpose: true),
                "none": Plan(apiAccess: false, upgradeURL: "https://example.com/plans"),
            ])
        #expect(policy.defaultPlan == "team")
        #expect(policy.operatorGroup == "key-operators")
        #expect(policy.personalNames == .refuse)
        #expect(policy.productionSegments == ["prd"])
        #expect(policy.clockBound == .seconds(60))
        #expect(policy.sweeps.noticeDays == [60, 14])
        #expect(policy.sweeps.staleAfterDays == 30)
        #expect(policy.sweeps.disableAfterDays == 60)
        #expect(policy.sweeps.revokeAfterDays == 120)
        #expect(policy.sweeps.exemptKeys == ["yearly-report"])
        #expect(policy.sweeps.largestShare == 0.5)
        #expect(policy.sweeps.retainTerminalDays == 500)
        #expect(policy.sweeps.retainUsageDays == 100)
        #expect(configuration.verifyLoops == 2)
        var admin = SocketLimits(lineBytes: 2_048, connections: 20, connectionsPerUser: 4, idleSeconds: nil)
        admin.reserved = 2
        admin.partialLineSeconds = 3
        admin.stalledWriteSeconds = 4
        #expect(configuration.adminLimits == admin)
        var verify = SocketLimits.verify
        verify.idleSeconds = 30
        #expect(configuration.verifyLimits == verify)
    }

    private func read(_ text: String) throws -> Configuration {
        try Configuration(yaml: text, file: "keyward.yaml")
    }

    private static let full = """
        plans:
          team: {apiAccess: true, maxKeys: 20, maxLifetimeDays: 365, requireExpiry: true, requirePurpose: true}
          none:
            apiAccess: false
            upgradeURL: https://example.com/plans
        defaultPlan: team
        operatorGroup: "key-operators"
        naming: {personal: refuse, productionSegments: [prd]}
        sweeps:
          noticeDays: [60, 14]
          staleAfterDays: 30
          disableAfterDays: 60
          revokeAfterDays: 120
          exemptKeys:
            - yearly-report
          largestShare: 0.5
        retention: {terminalDays: 500, usageDays: 100}
        limits:
          admin:
            lineBytes: 2048
            connections: 20
            connectionsPerUser: 4
            reserved: 2
            partialLineSeconds: 3
            stalledWriteSeconds: 4
            idleSeconds: never
          verify: {idleSeconds: 30}
        clock: {boundSeconds: 60}
        verifyLoops: 2
        """
}
