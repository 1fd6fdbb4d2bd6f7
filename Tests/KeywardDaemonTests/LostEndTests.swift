import KeywardCore
import KeywardServer
import Testing

@testable import keywardd

/// Which ends a backup does not have, by what happened after it.
struct LostEndTests {
    private func entry(
        _ seq: Int64, _ action: String, key: String? = nil, reason: String? = nil, principal: String? = nil,
        plan: String? = nil, role: String? = nil, verifier: String? = nil
    ) -> TrailEntry {
        var fields = [
            "KEYWARD_AUDIT_SEQ": "\(seq)", "KEYWARD_EVENT": action, "KEYWARD_ACTOR_UID": "0",
            "KEYWARD_WORKSPACE": "default",
        ]
        fields["KEYWARD_KEY_ID"] = key
        fields["KEYWARD_REASON"] = reason
        fields["KEYWARD_PRINCIPAL"] = principal
        fields["KEYWARD_PLAN"] = plan
        (fields["KEYWARD_ROLE"], fields["KEYWARD_VERIFIER"]) = (role, verifier)
        return TrailEntry(journal: fields, at: Instant(milliseconds: seq))!
    }

    @Test func eachKindOfEndIsFound() {
        let ends = LostEnd.all(in: [
            entry(1, "key.created", key: "a"), entry(2, "key.revoked", key: "a", reason: "compromised"),
            entry(3, "rotation.confirmed", key: "b"), entry(4, "rotation.graceEnded", key: "c"),
            entry(5, "rotation.cancelled", key: "d"), entry(6, "key.disabled", key: "e"),
            entry(7, "member.removed", principal: "user:anna"), entry(8, "workspace.planChanged", plan: "free"),
            entry(9, "key.updated", key: "f"),
        ])
        #expect(
            ends == [
                .revoked(key: "a", reason: "compromised"), .superseded(key: "b"), .superseded(key: "c"),
                .cancelled(predecessor: "d"), .disabled(key: "e"),
                .memberRemoved(principal: "user:anna", workspace: "default"),
                .planChanged(plan: "free", workspace: "default"),
            ])
    }

    @Test func whatWasTakenBackLaterIsNoEnd() {
        let ends = LostEnd.all(in: [
            entry(1, "key.disabled", key: "a"), entry(2, "key.enabled", key: "a"), entry(3, "key.disabled", key: "b"),
            entry(4, "key.enabled", key: "b"), entry(5, "key.disabled", key: "b"),
            entry(6, "member.removed", principal: "user:anna"), entry(7, "member.granted", principal: "user:anna"),
            entry(8, "member.removed", principal: "user:bert"), entry(9, "workspace.planChanged", plan: "free"),
            entry(10, "workspace.planChanged", plan: "standard"),
        ])
        #expect(
            ends == [
                .disabled(key: "b"), .memberRemoved(principal: "user:bert", workspace: "default"),
                .planChanged(plan: "standard", workspace: "default"),
            ])
    }

    @Test func aGrantMayTakeAwayAndAVerifierEndsTheRightOfAllOthers() {
        let ends = LostEnd.all(in: [
            entry(1, "member.granted", principal: "user:anna", role: "viewer"),
            entry(2, "member.granted", principal: "user:bert", role: "none", verifier: "true"),
            entry(3, "member.granted", principal: "user:bert", role: "viewer", verifier: "false"),
            entry(4, "member.granted", principal: "user:carl", role: "admin"),
            entry(5, "member.granted", principal: "user:dora", role: "admin", verifier: "false"),
            entry(6, "member.granted", principal: "user:emil", role: "none", verifier: "true"),
        ])
        func granted(_ name: String, _ role: String?, _ isVerifier: Bool?) -> LostEnd {
            .memberGranted(principal: "user:\(name)", workspace: "default", role: role, isVerifier: isVerifier)
        }
        #expect(
            ends == [
                granted("emil", "none", true), granted("anna", "viewer", nil), granted("bert", "viewer", false),
                granted("dora", nil, false),
            ])
        #expect(
            ends.map(\.text) == [
                "make user:emil a verifier of default", "limit user:anna in default to the role viewer",
                "limit user:bert in default to the role viewer", "make user:dora no verifier of default",
            ])
    }

    @Test func anEntryThatMirrorsNothingIsNotOfTheTrail() {
        let at = Instant(milliseconds: 0)
        #expect(TrailEntry(journal: ["KEYWARD_EVENT": "daemon.ready"], at: at) == nil)
        #expect(TrailEntry(journal: ["KEYWARD_AUDIT_SEQ": "x", "KEYWARD_EVENT": "key.revoked"], at: at) == nil)
    }

    @Test func aLineNamesTheKeyAndWhoDidIt() {
        var entry = entry(1, "key.revoked", key: "key_1")
        (entry.facts.keyName, entry.facts.prefix) = ("pay", "kw_12345678")
        #expect(entry.line == "1970-01-01T00:00:00Z  key.revoked  pay (kw_12345678), by uid 0")
    }

    @Test func eachEntryCountsOnceInTheOrderOfTime() {
        var trail = LostTrail()
        trail.entries = [entry(2, "key.disabled", key: "a"), entry(3, "key.enabled", key: "a")]
        trail.entries += [entry(3, "key.enabled", key: "a"), entry(1, "key.created", key: "a")]
        #expect(trail.inOrder.map(\.seq) == [1, 2, 3])
    }

    @Test(arguments: [
        (Plan(apiAccess: false), true), (Plan(apiAccess: true, maxKeys: 4), true),
        (Plan(apiAccess: true, maxKeys: 5), false), (Plan(apiAccess: true), false),
        (Plan(apiAccess: true, maxKeys: 5, maxLifetimeDays: 90), true),
        (Plan(apiAccess: true, maxKeys: 5, requireExpiry: true), true),
        (Plan(apiAccess: true, maxKeys: 5, requirePurpose: true), true),
    ])
    func aPlanIsLowerIfItGrantsLessInAnyWay(plan: Plan, isLower: Bool) {
        #expect(plan.grantsLess(than: Plan(apiAccess: true, maxKeys: 5)) == isLower)
    }

    @Test func onlySocketsThatAreListenedOnCount() {
        let table = """
            Num       RefCount Protocol Flags    Type St Inode Path
            0000000000000000: 00000002 00000000 00010000 0001 01 21318 /run/keyward/keyward.sock
            0000000000000000: 00000003 00000000 00000000 0001 03 21319 /run/keyward/verify.sock
            0000000000000000: 00000002 00000000 00010000 0001 01 21320
            """
        let both = ["/run/keyward/keyward.sock", "/run/keyward/verify.sock"]
        #expect(ListeningSockets.among(both, table: table) == ["/run/keyward/keyward.sock"])
        #expect(ListeningSockets.among(["/run/keyward/key"], table: table) == [])
    }
}
