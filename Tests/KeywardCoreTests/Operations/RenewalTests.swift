import KeywardCore
import KeywardTesting
import Testing

/// A key whose digest is under a retired pepper gets one under the current pepper at a valid use.
struct RenewalTests {
    private let fixture: AuthorityFixture
    private let old = Pepper(bytes: Array(1...32))
    private let new = Pepper(bytes: Array(33...64))

    init() throws { fixture = try AuthorityFixture() }

    /// Starts with a new pepper; the one so far is retired.
    private func changePepper() throws {
        fixture.peppers = PepperSet(current: new, retired: [old])
        try fixture.restart()
    }

    private func renew() throws {
        while try fixture.authority.storeRenewals(at: fixture.now) {}
    }

    private func counts() -> [PepperID: Int] { fixture.authority.liveKeysByPepper(at: fixture.now) }

    private func importKey(_ name: String, _ secret: String, as format: ImportFormat) throws {
        let digest = try #require(Array(secret.utf8).withUnsafeBytes { ForeignDigest(format, ofSecret: $0) })
        _ = try fixture.authority.committer.perform(
            Operations.ImportKeys(
                [ImportRow(name: name, digest: digest)], workspace: nil, using: fixture.random), by: .root,
            at: fixture.now)
    }

    @Test func aValidUseMovesAKeyToTheCurrentPepper() throws {
        let native = try fixture.create("native")
        let unused = try fixture.create("unused")
        let revoked = try fixture.create("revoked")
        try fixture.revoke(revoked.id)
        try importKey("whole", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", as: .sha256)
        try importKey("seam", "mycompany_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG", as: .seam)
        let secrets = [
            native.secret, "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "mycompany_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG",
        ]
        try changePepper()
        #expect(counts() == [old.id: 4])
        for secret in secrets { #expect(fixture.verify(secret).code == .valid) }
        #expect(fixture.verify(revoked.secret).code == .revoked)
        let entries = fixture.entries.count
        try renew()
        #expect(counts() == [old.id: 1, new.id: 3])
        #expect(fixture.entries.count == entries)
        // They verify now, after a start, and without the old pepper's digests.
        for secret in secrets { #expect(fixture.verify(secret).code == .valid) }
        try fixture.restart()
        #expect(counts() == [old.id: 1, new.id: 3])
        for secret in secrets + [unused.secret] { #expect(fixture.verify(secret).code == .valid) }
        try renew()
        #expect(counts() == [new.id: 4])
        #expect(try fixture.view(native.id).usage.valid == 3)
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
    }

    @Test func aKeyOfAnotherHostKeepsItsFormatWhenItMoves() throws {
        let foreign = try AuthorityFixture(seed: 77).create("elsewhere")
        try importKey("moved", foreign.secret, as: .sha256)
        try changePepper()
        #expect(fixture.verify(foreign.secret).code == .valid)
        try renew()
        #expect(counts() == [new.id: 1])
        #expect(fixture.verify(foreign.secret).code == .valid)
    }

    @Test func theSameSecretUnderARetiredPepperExistsAlready() throws {
        try importKey("whole", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", as: .sha256)
        try changePepper()
        let digest = try #require(
            Array("sk_live_4eC39HqLyjWDarjtT1zdp7dc".utf8).withUnsafeBytes { ForeignDigest(.sha256, ofSecret: $0) })
        let part = try fixture.authority.committer.perform(
            Operations.ImportKeys(
                [ImportRow(name: "again", digest: digest)], workspace: nil, using: fixture.random), by: .root,
            at: fixture.now)
        guard case .exists = part.outcomes[0] else {
            Issue.record("it was imported twice")
            return
        }
    }

    @Test func anUpdateBetweenUseAndRenewalIsKept() throws {
        let key = try fixture.create("native")
        try changePepper()
        fixture.verify(key.secret)
        try fixture.disable(key.id)
        try renew()
        #expect(try fixture.status(key) == .disabled)
        #expect(fixture.verify(key.secret).code == .disabled)
        try fixture.restart()
        #expect(fixture.verify(key.secret).code == .disabled && counts() == [new.id: 1])
    }

    // MARK: Removal

    @Test func aRemovedPepperLeavesTheTrailCheckableAndEndedKeysUnknown() throws {
        let ended = try fixture.create("ended")
        let live = try fixture.create("live")
        try fixture.revoke(ended.id)
        try changePepper()
        fixture.verify(live.secret)
        try renew()
        fixture.peppers = PepperSet(current: new, removed: [old.auditKey])
        try fixture.restart()
        #expect(fixture.verify(live.secret).code == .valid)
        #expect(fixture.verify(ended.secret).code == .notFound)
        #expect(try fixture.status(ended) == .revoked)
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
        #expect(fixture.actions.filter { $0 == "pepper.removed" }.count == 1)
        try fixture.restart()
        #expect(fixture.actions.filter { $0 == "pepper.removed" }.count == 1)
    }

    @Test func aPepperThatKeysStillNeedIsMissed() throws {
        try fixture.create("live")
        try changePepper()
        fixture.peppers = PepperSet(current: new, removed: [old.auditKey])
        #expect(throws: AuthorityFault.pepperStillNeeded) { try fixture.restart(flushing: false) }
        // Without its audit key it is simply missing.
        fixture.peppers = PepperSet(current: new)
        #expect(throws: AuthorityFault.pepperMissing) { try fixture.restart(flushing: false) }
        fixture.peppers = PepperSet(current: new, removed: [Pepper(bytes: Array(5...36)).auditKey])
        #expect(throws: AuthorityFault.pepperMissing) { try fixture.restart(flushing: false) }
    }
}
