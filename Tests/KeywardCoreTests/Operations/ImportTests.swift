import KeywardBase
import KeywardCore
import KeywardTesting
import Testing

/// Keys that another issuer made: importing them, and verifying them.
struct ImportTests {
    private let fixture: AuthorityFixture

    init() throws {
        var policy = Policy()
        policy.plans["small"] = Plan(apiAccess: true, maxKeys: 3)
        fixture = try AuthorityFixture(policy: policy)
    }

    private static let secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
    private static let seamSecret = "mycompany_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG"

    private func row(_ name: String, _ secret: String, as format: ImportFormat = .sha256) throws -> ImportRow {
        let digest = Array(secret.utf8).withUnsafeBytes { ForeignDigest(format, ofSecret: $0) }
        return ImportRow(name: name, digest: try #require(digest), foreignPrefix: "sk_live")
    }

    private func imported(
        _ rows: [ImportRow], in workspace: String? = nil, trial: ImportTrial? = nil, by caller: Caller = .root
    ) throws -> ImportedPart {
        try fixture.authority.committer.perform(
            Operations.ImportKeys(rows, workspace: workspace, trial: trial, using: fixture.random), by: caller,
            at: fixture.now)
    }

    private func words(_ part: ImportedPart) -> [String] {
        part.outcomes.map { outcome in
            switch outcome {
            case .created: "created"
            case .exists: "exists"
            case .conflict: "conflict"
            case .refused(let refusal): "\(refusal)".prefix { $0 != "(" }.description
            }
        }
    }

    @Test(arguments: [ImportFormat.sha256, .seam])
    func anImportedKeyVerifiesByItsForeignSecretAndNoOtherTextDoes(format: ImportFormat) throws {
        let secret = Self.seamSecret
        #expect(fixture.verify(secret).code == .malformed)
        #expect(words(try imported([row("legacy", secret, as: format)])) == ["created"])
        #expect(fixture.verify(secret).code == .valid)
        let others = [
            secret + "x", String(secret.dropLast()), secret.uppercased(), "mycompany_BRTRKFsM_51FwqftsmMDHHbJAMEXXHCgG",
        ]
        for other in others {
            #expect(fixture.verify(other).code == .malformed, "\(other)")
        }
        let view = try fixture.view(.name("legacy"))
        #expect(view.record.imported == ImportFields(format: format, foreignPrefix: "sk_live"))
        #expect(KeyFormat.isPrefix(view.record.prefix) && view.usage.valid == 1)
        #expect(fixture.actions.filter { $0 == "key.imported" }.count == 1)
    }

    @Test func theStoredDigestIsNotTheForeignOne() throws {
        _ = try imported([row("legacy", Self.secret)])
        var content = ContentDigest()
        Array(Self.secret.utf8).withUnsafeBytes { content.add($0) }
        let foreign = content.digest()
        let stored = try fixture.view(.name("legacy")).record.digest
        #expect(stored != foreign)
        let digest = try row("x", Self.secret).digest
        #expect(stored == fixture.peppers.current.digest(of: digest))
    }

    @Test func aKeyOfAnotherHostIsFoundAfterTheNativeLookUpMisses() throws {
        let other = try AuthorityFixture(seed: 99)
        let foreign = try other.create("elsewhere")
        let native = try fixture.create("here")
        #expect(fixture.verify(foreign.secret).code == .notFound)
        _ = try imported([row("moved", foreign.secret)])
        #expect(fixture.verify(foreign.secret).code == .valid)
        #expect(fixture.verify(native.secret).code == .valid)
        #expect(fixture.verify(try other.create("unknown").secret).code == .notFound)
    }

    @Test func aTextIsLookedUpOnlyWhileAKeyOfItsFormatExists() throws {
        #expect(fixture.authority.registry.imports.isEmpty)
        _ = try imported([row("legacy", Self.seamSecret, as: .seam)])
        #expect(formats() == [.seam])
        try fixture.restart()
        #expect(formats() == [.seam])
        #expect(fixture.verify(Self.seamSecret).code == .valid)
    }

    private func formats() -> [ImportFormat] {
        let formats = fixture.authority.registry.imports.formats
        return ImportFormat.allCases.filter { formats.contains($0) }
    }

    // MARK: Rows

    @Test func aRepeatedImportChangesNothing() throws {
        let rows = try (0..<5).map { try row("legacy-\($0)", Self.secret + "\($0)") }
        #expect(words(try imported(rows)) == Array(repeating: "created", count: 5))
        let entries = fixture.entries.count
        #expect(words(try imported(rows)) == Array(repeating: "exists", count: 5))
        #expect(fixture.entries.count == entries)
    }

    @Test func theSameDigestTwiceInACallIsOneKey() throws {
        let part = try imported([row("first", Self.secret), row("second", Self.secret)])
        #expect(words(part) == ["created", "exists"])
        guard case .created(let new?, _) = part.outcomes[0], case .exists(let same?) = part.outcomes[1] else {
            Issue.record("no numbers")
            return
        }
        #expect(new == same)
        #expect(throws: Refusal.notFound(.key)) { try fixture.view(.name("second")) }
    }

    @Test func aDigestOfAnotherWorkspaceIsAConflictWithoutDetails() throws {
        _ = try fixture.authority.createWorkspace(named: "team", plan: nil, tag: "tm", by: .root, at: fixture.now)
        _ = try imported([row("legacy", Self.secret)])
        #expect(words(try imported([row("legacy", Self.secret)], in: "team")) == ["conflict"])
        #expect(fixture.verify(Self.secret, in: "team").code == .notFound)
    }

    @Test func aRefusedRowDoesNotKeepOthersOut() throws {
        try fixture.create("taken")
        var expired = try row("expired", Self.secret + "e")
        expired.expiresAt = fixture.now
        let part = try imported([
            row("good", Self.secret), row("taken", Self.secret + "1"), row("Not A Slug", Self.secret + "2"),
            row("good", Self.secret + "3"), expired, row("also-good", Self.secret + "4"),
        ])
        #expect(
            words(part) == ["created", "conflict", "policyViolation", "conflict", "policyViolation", "created"])
        #expect(fixture.verify(Self.secret + "4").code == .valid)
        #expect(fixture.verify(Self.secret + "3").code == .malformed)
    }

    @Test func aPlansNumberOfKeysRefusesTheRowsBeyondIt() throws {
        let rows = try (0..<4).map { try row("legacy-\($0)", Self.secret + "\($0)") }
        _ = try fixture.authority.createWorkspace(named: "small", plan: "small", tag: "sm", by: .root, at: fixture.now)
        #expect(words(try imported(rows, in: "small")) == ["created", "created", "created", "limitExceeded"])
        // Those that are there count once.
        #expect(words(try imported(rows, in: "small")) == ["exists", "exists", "exists", "limitExceeded"])
    }

    @Test func aCallerWithoutTheRoleImportsNothing() throws {
        #expect(throws: (any Error).self) { try imported([row("legacy", Self.secret)], by: .ben) }
        #expect(fixture.authority.registry.imports.isEmpty)
    }

    @Test func aDryRunTellsAllAndChangesNothing() throws {
        _ = try imported([row("there", Self.secret)])
        let entries = fixture.entries.count
        let first = try imported(
            [row("a", Self.secret + "a"), row("there-too", Self.secret), row("b", Self.secret + "a")],
            trial: ImportTrial())
        #expect(words(first) == ["created", "exists", "exists"])
        // A later part of the same call knows what the earlier one would have created.
        let second = try imported([row("c", Self.secret + "a"), row("a", Self.secret + "d")], trial: first.trial)
        #expect(words(second) == ["exists", "conflict"])
        #expect(fixture.entries.count == entries)
        #expect(fixture.verify(Self.secret + "a").code == .malformed)
        // The numbers of keys have no gap.
        guard case .created(let number, _) = try imported([row("a", Self.secret + "a")]).outcomes[0] else { return }
        #expect(number == 2)
    }

    @Test func anImportedKeyIsRotatedIntoANativeOne() throws {
        _ = try imported([row("legacy", Self.secret)])
        let successor = try fixture.rotate(.name("legacy"))
        #expect(KeyFormat.isWellFormed(successor.secret) && successor.view.record.imported == nil)
        #expect(fixture.verify(successor.secret).code == .valid)
        #expect(fixture.verify(Self.secret).code == .valid)
    }
}
