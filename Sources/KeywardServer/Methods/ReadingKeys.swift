import KeywardBase
import KeywardCore
import KeywardProtocol

extension ListKeys: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.workspace(params.workspace)
        try ParameterCheck.text(params.search, "search")
        try ParameterCheck.text(params.start, "start")
        try ParameterCheck.number(params.limit, "limit", in: 1...500)
        if let cursor = params.cursor, KeyQuery.Cursor(wire: cursor) == nil {
            throw ParamsFault(param: "cursor", "`cursor` must be the nextCursor of a page before.")
        }
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> JSONText {
        let sort = params.sort?.rawValue ?? "created"
        let query = KeyQuery(
            statuses: params.status.map(statuses), facts: params.facts.map(statuses), search: params.search,
            start: params.start, expiresBefore: params.expiresBefore.map { Instant($0) },
            order: KeyQuery.Order(rawValue: sort.hasPrefix("-") ? String(sort.dropFirst()) : sort) ?? .created,
            isDescending: sort.hasPrefix("-"), limit: params.limit ?? 100,
            cursor: params.cursor.flatMap { KeyQuery.Cursor(wire: $0) })
        let context = call
        let page = try call.authority.keys(
            inWorkspace: params.workspace, matching: query, counts: params.total ?? false, for: call.caller,
            at: call.now, while: { context.goesOn })
        let list = ListedKeys(
            keys: page.keys.map { call.describe($0) }, columns: params.columns.map { Set($0.map(\.rawValue)) },
            nextCursor: page.next?.wire,
            access: page.place.map { Access($0.workspace, $0.plan, $0.role) } ?? .everyWorkspace,
            matching: page.totals?.matching, total: page.totals?.all)
        return list.text
    }

    private static func statuses(_ words: [Key.Status]) -> Set<KeyStatus> {
        Set(words.compactMap { KeyStatus(rawValue: $0.rawValue) })
    }
}

extension KeyQuery.Cursor {
    /// `VALUE.NUMBER.TEXT`: opaque to clients.
    var wire: String { "\(value).\(number).\(text)" }

    init?(wire: String) {
        let parts = wire.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let value = Int64(parts[0]), let number = Int64(parts[1]) else { return nil }
        self.init(text: String(parts[2]), value: value, number: number)
    }
}

extension GetKey: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let found = try call.authority.key(
            call.reference(params.key), workspace: params.workspace, for: call.caller, at: call.now)
        return Result(
            key: call.describe(found.key), predecessors: found.predecessors.map { KeyState($0) },
            lastAddresses: found.lastAddresses.map { uses in
                uses.map { LastAddress(address: $0.address.description, since: Timestamp($0.since)) }
            })
    }
}

extension GetUsage: ServedRead {
    /// The largest number of buckets in one reply: the newest are returned.
    private static let most = 1_000

    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.key(params.key, in: params.workspace)
        if let from = params.from, let to = params.to, from >= to {
            throw ParamsFault(param: "to", "`to` must be later than `from`.")
        }
    }

    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> Result {
        let to = params.to.map { Instant($0) } ?? call.now + Instant.Span(milliseconds: 1)
        let from = params.from.map { Instant($0) } ?? to - .days(30)
        let usage = try call.authority.usage(
            of: call.reference(params.key), workspace: params.workspace, from: from, to: to, for: call.caller,
            at: call.now)
        let width: Int64 = params.bucket == .hour ? 1 : 24
        var buckets: [UsageBucket] = []
        for hour in usage.hours {
            let start = Timestamp(milliseconds: hour.hour / width * width * 3_600_000)
            if buckets.last?.start != start { buckets.append(UsageBucket(start: start, valid: 0, refused: 0)) }
            buckets[buckets.count - 1].valid += Int(hour.valid)
            buckets[buckets.count - 1].refused += Int(hour.refused)
        }
        let peers = usage.peers.map { share in
            PeerUsage(
                uid: share.uid, user: call.account(share.uid).user, valid: Int(share.valid),
                lastUsedAt: Timestamp(share.lastUsedAt))
        }
        let last = usage.lastRefusal
        return Result(
            buckets: buckets.suffix(most), byPeer: peers, keys: usage.keys.map { KeyState($0) },
            refusals: refusals(usage.refusals, width: width).suffix(most).map { refusal in
                RefusalUsage(
                    start: Timestamp(milliseconds: refusal.hour * 3_600_000), code: Verification.Code(refusal.code),
                    uid: refusal.uid, user: call.account(refusal.uid).user, count: Int(refusal.count),
                    lastAt: Timestamp(refusal.lastAt))
            },
            lastRefusedAt: last.map { Timestamp($0.at) }, lastRefusedBy: last.map { call.account($0.uid) },
            lastRefusedCode: last.map { Verification.Code($0.code) })
    }

    /// Sums refusals in periods of `width` hours, by account and code, in the order of time.
    private static func refusals(_ hours: [RefusalHour], width: Int64) -> [RefusalHour] {
        var sums: [RefusalHour] = []
        for var hour in hours {
            hour.hour = hour.hour / width * width
            let known = sums.lastIndex { ($0.hour, $0.uid, $0.code) == (hour.hour, hour.uid, hour.code) }
            guard let known else {
                sums.append(hour)
                continue
            }
            sums[known].count += hour.count
            sums[known].lastAt = max(sums[known].lastAt, hour.lastAt)
        }
        return sums
    }
}

extension VerifyKey: ServedRead {
    static func check(_ params: Params) throws(ParamsFault) {
        try ParameterCheck.requiredScopes(params.scopes, params.anyOf)
        try ParameterCheck.number(params.cost, "cost", in: costs)
        try ParameterCheck.limitCosts(params.limits)
        try ParameterCheck.address(params.address)
    }

    /// For verifications outside the hot path (``VerifyPath``): on the admin socket, and in batches.
    static func run(_ params: Params, _ call: inout CallContext) throws(Refusal) -> JSONText {
        if call.socket == .admin {
            try call.caller.requireOperator(group: call.authority.directory.policy.operatorGroup)
        }
        var batch = VerificationBatch(
            peppers: call.authority.peppers, imports: call.authority.registry.imports)
        let workspace: VerificationBatch.Workspace =
            switch params.workspace {
            case nil: .standard
            case "*": .any
            case let name?: batch.keep(workspace: Array(name.utf8))
            }
        let demand = VerificationDemand(params)
        Array(params.key.utf8).withUnsafeBytes { batch.add($0, id: 0..<0, in: workspace, demand) }
        var reply = ByteBuffer()
        let answered = call.authority.registry.answer(
            0..<1, of: &batch, from: call.peer, seesClosed: call.socket == .admin, at: call.now, in: [UInt8]().span,
            into: &reply)
        call.parts.verification.note(answered, from: call.peer.uid)
        return VerdictText.result(ofReply: reply)
    }
}
