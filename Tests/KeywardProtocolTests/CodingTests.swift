import Foundation
import Testing

@testable import KeywardProtocol

@Suite struct CodingTests {
    private static let account = Account(uid: 1_000, user: "ana")
    private static let time = Timestamp(milliseconds: 1_795_426_200_123)
    private static let owner = Owner(name: "Plätform \"A\"\\\u{1F511}\n", contact: nil, principal: "group:ops")
    private static let key = Key(
        id: "key_01", workspace: "default", name: "prod-main-app", prefix: "kw_8FqL2mXw", status: .active,
        facts: [.expiring, .stale], usageCount: .max, refusedCount: 0, lastUsedAt: time, lastUsedBy: account,
        createdAt: time, createdBy: Account(uid: .max), expiresAt: nil, owner: owner, purpose: "\u{0}\u{1F}\u{7F}",
        scopes: ["a:*", "b"], metadata: JSONText(#"{"x" : [1.50, "\u0041"]}"#),
        rotation: Key.Rotation(predecessor: "key_00", successor: "key_01", startedAt: time),
        revoked: Key.Revocation(at: time, by: account, reason: .cancelled, note: nil), actions: [.rotate, .update],
        addresses: ["10.0.0.0/8"])
    private static let workspace = Workspace(
        name: "default", plan: "free", apiAccess: false, tag: "kw", keys: Tally(["active": 3, "stale": 0]),
        createdAt: time)
    private static let member = Member(
        principal: "user:ana", id: 1_000, role: .viewer, grantedAt: time, grantedBy: account)
    private static let warning = KeywardProtocol.Warning(code: "stale", message: "Not used for 90 days.")

    /// Encodes, decodes and encodes again without loss.
    private func comesBack<T: Codable>(_ value: T, nulls: Bool, _ place: SourceLocation = #_sourceLocation) throws {
        let first = try JSONCoding.bytes(of: value, nulls: nulls)
        let read =
            nulls
            ? try JSONCoding.decode(T.self, from: first)
            : try decodeParams(T.self, String(decoding: first, as: UTF8.self))
        #expect(try JSONCoding.bytes(of: read, nulls: nulls) == first, sourceLocation: place)
        #expect(throws: Never.self, sourceLocation: place) { try JSONSerialization.jsonObject(with: Data(first)) }
    }

    @Test func everyResultComesBack() throws {
        let (key, workspace, member) = (Self.key, Self.workspace, Self.member)
        let state = KeyState(keyId: "key_02", prefix: "kw_1mVbS9aE", status: .retiring)
        try comesBack(CreateKey.Result(key: key, secret: "s", warnings: [Self.warning]), nulls: true)
        try comesBack(
            ListKeys.Result(keys: [key, key], nextCursor: nil, access: Access(plan: "p", apiAccess: true)), nulls: true)
        try comesBack(GetKey.Result(key: key, predecessors: [state]), nulls: true)
        try comesBack(UpdateKey.Result(key: key, warnings: []), nulls: true)
        try comesBack(RotateKey.Result(key: key, secret: "s", retiring: key, warnings: []), nulls: true)
        try comesBack(ConfirmRotation.Result(key: key), nulls: true)
        try comesBack(CancelRotation.Result(key: key), nulls: true)
        try comesBack(RevokeKey.Result(key: key, continues: key), nulls: true)
        try comesBack(DisableKey.Result(key: key), nulls: true)
        try comesBack(EnableKey.Result(key: key), nulls: true)
        let peer = PeerUsage(uid: 998, user: nil, valid: 9, lastUsedAt: Self.time)
        let bucket = UsageBucket(start: Self.time, valid: 1, refused: 2)
        try comesBack(GetUsage.Result(buckets: [bucket], byPeer: [peer], keys: [state]), nulls: true)
        try comesBack(Verification(valid: false, code: .malformed), nulls: true)
        try comesBack(
            Verification(
                valid: true, code: .valid, keyId: "k", workspace: "w", name: "n", owner: Self.owner, scopes: ["a"],
                metadata: .emptyObject, expiresAt: Self.time, warnings: [Self.warning]), nulls: true)
        try comesBack(CreateWorkspace.Result(workspace: workspace), nulls: true)
        try comesBack(GetWorkspace.Result(workspace: workspace), nulls: true)
        try comesBack(ListWorkspaces.Result(workspaces: [workspace]), nulls: true)
        try comesBack(SetPlan.Result(workspace: workspace), nulls: true)
        try comesBack(GrantMember.Result(members: [member]), nulls: true)
        try comesBack(RemoveMember.Result(members: []), nulls: true)
        try comesBack(ListMembers.Result(members: [member]), nulls: true)
    }

    @Test func everyResultOfTheDaemonItselfComesBack() throws {
        let entry = AuditEntry(
            seq: 1, at: Self.time, actor: Self.account, action: "key.created", workspace: nil, keyId: "k",
            details: JSONText(#"{"a":[]}"#), hash: "00")
        try comesBack(ListAudit.Result(entries: [entry]), nulls: true)
        try comesBack(CheckAudit.Result(ok: true, entries: 1, head: "00"), nulls: true)
        try comesBack(Ping.Result(state: DaemonState(rawValue: "new")), nulls: true)
        try comesBack(
            GetStatus.Result(
                version: "1", state: .ready, pid: 1, startedAt: Self.time, schema: 1, keys: Tally(["active": 1]),
                connections: GetStatus.Connections(admin: 1, verify: 2),
                verifications: GetStatus.Verifications(valid: 1, refused: Tally()),
                sweeps: [SweepState(sweep: .expiry, lastRunAt: nil, lastReport: nil, nextDueAt: Self.time)],
                notices: [
                    Notice(code: "a", message: "A sentence.", remedy: ["clock", "accept"]),
                    Notice(code: "b", message: "Another."),
                ]),
            nulls: true)
        let report = SweepState.Report(
            sweep: .stale, at: Self.time, dryRun: true, examined: 3, changed: Tally(["key.stale": 2]),
            held: SweepState.Held(reason: "tooManyKeys", n: 1))
        try comesBack(RunSweep.Result(report: report), nulls: true)
        let mention = ClockChange.Mention(keyId: "k", prefix: "p", name: "n", workspace: "w")
        let (some, none) = (ClockChange.Keys(n: 200, keys: [mention]), ClockChange.Keys(n: 0, keys: []))
        try comesBack(
            AcceptClock.Result(
                change: ClockChange(
                    from: Self.time, to: Self.time, offSeconds: 9, verifyAgain: some, stopVerifying: none,
                    verifiedMeanwhile: some, changedMeanwhile: none)), nulls: true)
        try comesBack(
            GetSweeps.Result(sweeps: [
                SweepState(sweep: .stale, lastRunAt: Self.time, lastReport: report, nextDueAt: nil)
            ]), nulls: true)
        try comesBack(GetMetrics.Result(contentType: "text/plain", text: "a 1\n"), nulls: true)
        try comesBack(BackUp.Result(file: "f", bytes: 5, sha256: "00"), nulls: true)
        try comesBack(OpenRPC.document(version: "1"), nulls: true)
    }

    @Test func everyMethodsParamsComeBack() throws {
        let (time, owner) = (Self.time, Self.owner)
        try comesBack(
            CreateKey.Params(
                name: "n", workspace: "w", expiresAt: time, owner: owner, purpose: "p", scopes: [],
                metadata: .emptyObject,
                requestId: "r", addresses: ["::/0"]), nulls: false)
        try comesBack(
            ListKeys.Params(
                workspace: "w", status: [.active], facts: [.stale], search: "s", sort: .init(rawValue: "-name"),
                limit: 1,
                cursor: "c"), nulls: false)
        try comesBack(ListKeys.Params(), nulls: false)
        try comesBack(GetKey.Params(key: "k"), nulls: false)
        try comesBack(
            UpdateKey.Params(
                key: "k", workspace: "w", name: "n", owner: .set(owner), purpose: .clear, scopes: .set(["a"]),
                metadata: .set(JSONText(#"{"a":1.0}"#)), expiresAt: .set(time), addresses: .clear), nulls: false)
        try comesBack(UpdateKey.Params(key: "k"), nulls: false)
        try comesBack(
            RotateKey.Params(
                key: "k", workspace: "w", graceSeconds: 0, graceStarts: .now, expiresAt: .set(time), requestId: "r",
                confirm: true), nulls: false)
        try comesBack(ConfirmRotation.Params(key: "k", workspace: "w", confirm: false), nulls: false)
        try comesBack(CancelRotation.Params(key: "k", workspace: "w", confirm: false), nulls: false)
        try comesBack(RevokeKey.Params(key: "k", reason: .ownerLeft, note: "n", confirm: true), nulls: false)
        try comesBack(DisableKey.Params(key: "k", workspace: "w"), nulls: false)
        try comesBack(EnableKey.Params(key: "k", workspace: "w"), nulls: false)
        try comesBack(GetUsage.Params(key: "k", from: time, to: time, bucket: .hour), nulls: false)
        try comesBack(VerifyKey.Params(key: "k", workspace: "*", scopes: ["a"], address: "::1"), nulls: false)
        try comesBack(CreateWorkspace.Params(name: "w", plan: "p", tag: "t"), nulls: false)
        try comesBack(GetWorkspace.Params(workspace: "w"), nulls: false)
        try comesBack(SetPlan.Params(workspace: "w", plan: "p", confirm: true), nulls: false)
        try comesBack(GrantMember.Params(workspace: "w", principal: "p", role: .admin), nulls: false)
        try comesBack(RemoveMember.Params(workspace: "w", principal: "p"), nulls: false)
        try comesBack(ListMembers.Params(workspace: "w"), nulls: false)
        try comesBack(ListAudit.Params(workspace: "w", key: "k", after: 0, limit: 5), nulls: false)
        try comesBack(BackUp.Params(name: "b"), nulls: false)
        try comesBack(NoParams(), nulls: false)
    }

    @Test func writesMembersInTheOrderOfTheirDeclarationAndAbsentOnesAsAsked() throws {
        let owner = Owner(contact: "x")
        #expect(try JSONCoding.string(of: owner, nulls: true) == #"{"name":null,"contact":"x","principal":null}"#)
        #expect(try JSONCoding.string(of: owner, nulls: false) == #"{"contact":"x"}"#)
        #expect(try JSONCoding.string(of: Account(uid: 4_294_967_295)) == #"{"uid":4294967295,"user":null}"#)
        #expect(try JSONCoding.string(of: NoParams()) == "{}")
        #expect(try JSONCoding.string(of: [Int]()) == "[]")
    }

    @Test func escapesNoMoreThanItMust() throws {
        let text = "\u{0}\u{8}\u{9}\u{A}\u{C}\u{D}\u{1F}\u{10}\"\\/é\u{7F}\u{2028}"
        #expect(try JSONCoding.string(of: text) == #""\u0000\b\t\n\f\r\u001f\u0010\"\\/é"# + "\u{7F}\u{2028}\"")
    }

    @Test func keepsALineALine() throws {
        let text = JSONText("{\n\"a\": 1\r\n}")
        #expect(try JSONCoding.string(of: text) == #"{ "a": 1  }"#)
    }

    @Test func writesNestedContainersWhole() throws {
        struct Odd: Encodable {
            enum CodingKeys: CodingKey { case a, b, c }
            enum Inner: CodingKey { case x, y }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                var list = container.nestedUnkeyedContainer(forKey: .a)
                try list.encode(1)
                var inner = list.nestedContainer(keyedBy: Inner.self)
                try inner.encode("s", forKey: .x)
                try inner.encodeIfPresent(Int?.none, forKey: .y)
                try list.encodeNil()
                var other = container.nestedContainer(keyedBy: Inner.self, forKey: .b)
                try other.encode(true, forKey: .y)
                _ = container.nestedContainer(keyedBy: Inner.self, forKey: .c)
            }
        }
        #expect(try JSONCoding.string(of: Odd()) == #"{"a":[1,{"x":"s","y":null},null],"b":{"y":true},"c":{}}"#)
    }

    @Test func takesWhatANewerDaemonSends() throws {
        let text = #"{"uid":5,"user":null,"shell":{"x":[1]}}"#
        #expect(try JSONCoding.decode(Account.self, from: Array(text.utf8)) == Account(uid: 5))
        let words = try JSONCoding.decode([Key.Status].self, from: Array(#"["active","frozen"]"#.utf8))
        #expect(words.map(\.rawValue) == ["active", "frozen"])
    }

    @Test func takesRepliesThatAreDeeperThanRequests() throws {
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(throws: Never.self) { try JSONCoding.decode(JSONText.self, from: Array(deep.utf8)) }
        #expect(throws: JSONFault.self) { try JSONText(checking: deep) }
    }

    /// In Swift the Kelvin sign equals the letter K; in JSON it is another name.
    @Test func comparesNamesByTheirBytes() throws {
        struct Degrees: Decodable { var K: Int? }
        #expect(try paramsFault(Degrees.self, "{\"\u{212A}\":1}")?.message.contains("parameter") == true)
        #expect(try decodeParams(Degrees.self, #"{"K":1}"#).K == 1)
    }
}
