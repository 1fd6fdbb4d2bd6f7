import KeywardCore
import KeywardTesting
import Testing

struct OperatorTests {
    @Test func aRefusalNamesTheGroupThatIsConfigured() throws {
        let fixture = try AuthorityFixture()
        var policy = Policy()
        policy.operatorGroup = "staff"
        fixture.authority.committer.adopt(policy)
        let jane = Caller(
            peer: PeerCredentials(uid: 1_000, gid: 1_000, pid: 0, groups: []), user: "jane", isOperator: false)
        let refusals = [
            #expect(throws: Refusal.self) {
                try fixture.authority.createWorkspace(named: "acme", plan: nil, tag: "kw", by: jane, at: fixture.now)
            },
            #expect(throws: Refusal.self) {
                try fixture.authority.setPlan(
                    "free", ofWorkspace: "default", isConfirmed: false, by: jane, at: fixture.now)
            },
        ]
        for refusal in refusals {
            #expect(refusal == .permissionDenied(.notAnOperator(jane, group: "staff")))
        }
    }
}
