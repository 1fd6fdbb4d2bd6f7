import Testing

@testable import keywardd

/// The log entry of a reload.
struct ConfigurationChangesTests {
    private func changes(_ yaml: String, since other: String = "") throws -> [String] {
        try Configuration(yaml: yaml, file: "f").changes(since: Configuration(yaml: other, file: "f"))
    }

    @Test func nothingIsToldOfWhatIsTheSame() throws {
        #expect(try changes("operatorGroup: keyward-admin\n") == [])
    }

    @Test func eachMemberThatDiffersIsNamedWithBothItsValues() throws {
        let yaml = """
            limits: {admin: {connections: 64, idleSeconds: never}, verify: {reserved: 1}}
            plans: {standard: {apiAccess: true, maxKeys: 5}, gold: {apiAccess: true}}
            sweeps: {disableAfterDays: 120}
            clock: {boundSeconds: 10}
            verifyLoops: 3
            allLoopsServe: true
            """
        #expect(
            try changes(yaml) == [
                "allLoopsServe: true, was false", "clock.boundSeconds: 10, was 300",
                "limits.admin.connections: 64, was 128",
                "limits.admin.idleSeconds: never, was 300", "limits.verify.reserved: 1, was 8",
                "plans.free: none, was no API access", "plans.gold: API access, was none",
                "plans.standard: API access maxKeys 5, was API access", "sweeps.disableAfterDays: 120, was none",
                "verifyLoops: 3, was none",
            ])
    }
}
