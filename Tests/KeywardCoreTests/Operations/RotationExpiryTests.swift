import KeywardCore
import KeywardTesting
import Testing

struct RotationExpiryTests {
    private static let never = RotationRequest(expiresAt: .some(nil), isConfirmed: true)

    @Test func aSuccessorMayNeverExpireThoughItsPredecessorDoes() throws {
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm", expiresIn: .days(90))
        let new = try fixture.rotate(old.id, Self.never)
        #expect(new.view.record.expiresAt == nil && new.view.record.lifetime == nil)
    }

    @Test(arguments: [
        (Plan(apiAccess: true, requireExpiry: true), false), (Plan(apiAccess: true, maxLifetimeDays: 10), false),
        (Plan(apiAccess: true), true),
    ])
    func aPlanThatWantsAnExpiryRefusesNever(plan: Plan, isAllowed: Bool) throws {
        var policy = Policy()
        let fixture = try AuthorityFixture()
        let old = try fixture.create("crm", expiresIn: .days(5))
        policy.plans["standard"] = plan
        fixture.authority.committer.adopt(policy)
        if isAllowed {
            try fixture.rotate(old.id, Self.never)
        } else {
            #expect(refusal { try fixture.rotate(old.id, Self.never) } == .policyViolation)
        }
    }
}
