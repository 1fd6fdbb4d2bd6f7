import KeywardBase
import KeywardCore
import KeywardProtocol

/// Checks of parameters beyond their types. The messages never repeat a value.
enum ParameterCheck {
    static func text(_ text: String?, _ param: String, longest: Int = FreeText.longest) throws(ParamsFault) {
        guard let text, let fault = FreeText.fault(in: text, longest: longest) else { return }
        throw ParamsFault(param: param, "`\(param)` \(fault.phrase).")
    }

    static func number(_ number: Int?, _ param: String, in range: ClosedRange<Int>) throws(ParamsFault) {
        guard let number, !range.contains(number) else { return }
        throw ParamsFault(param: param, "`\(param)` must be from \(range.lowerBound) to \(range.upperBound).")
    }

    static func scopes(_ scopes: [String]?) throws(ParamsFault) {
        guard let scopes else { return }
        guard scopes.count <= Scope.most, scopes.allSatisfy(Scope.canBeHeld) else {
            throw ParamsFault(
                param: "scopes",
                "`scopes` must be at most 64 of 1 to 128 of A-Z, a-z, 0-9, ':', '.', '_', '/', '-'; only the last "
                    + "character of one may be '*'.")
        }
    }

    /// The scopes of a verification: all that must be held, and sets of which one must be.
    static func requiredScopes(_ scopes: [String]?, _ anyOf: [[String]]?) throws(ParamsFault) {
        let shape = "at most 64 of 1 to 128 of A-Z, a-z, 0-9, ':', '.', '_', '/', '-', without '*'"
        let all = scopes ?? []
        guard all.count <= Scope.most, all.allSatisfy(Scope.canBeRequired) else {
            throw ParamsFault(param: "scopes", "`scopes` must be \(shape).")
        }
        guard let anyOf else { return }
        let further = anyOf.joined()
        guard (1...Scope.mostSets).contains(anyOf.count), anyOf.allSatisfy({ !$0.isEmpty }),
            all.count + further.count <= Scope.most, further.allSatisfy(Scope.canBeRequired)
        else {
            throw ParamsFault(
                param: "anyOf",
                "`anyOf` must be 1 to 16 arrays of scopes, none empty; with `scopes`, \(shape).")
        }
    }

    /// A slug, such as the name of a limit or a budget.
    static func slug(_ name: String?, _ param: String) throws(ParamsFault) {
        guard let name, KeyName.fault(in: name) != nil else { return }
        throw ParamsFault(
            param: param,
            "`\(param)` must be 1 to 64 of a-z, 0-9, '.', '_' and '-', with a letter or a digit at both ends.")
    }

    static func limits(_ limits: [LimitTerms]?) throws(ParamsFault) {
        guard let limits else { return }
        guard limits.count <= RateLimit.most, Set(limits.map(\.name)).count == limits.count else {
            throw ParamsFault(param: "limits", "`limits` must be at most 8, with different names.")
        }
        for limit in limits {
            try slug(limit.name, "limits")
            try number(limit.limit, "limits[].limit", in: RateLimit.limits)
            try number(limit.windowSeconds, "limits[].windowSeconds", in: RateLimit.windows)
        }
    }

    static func limitCosts(_ limits: [KeywardProtocol.LimitCost]?) throws(ParamsFault) {
        guard let limits else { return }
        guard limits.count <= 16, Set(limits.map(\.name)).count == limits.count else {
            throw ParamsFault(param: "limits", "`limits` must be at most 16, with different names.")
        }
        for limit in limits {
            try slug(limit.name, "limits")
            try number(limit.cost, "limits[].cost", in: VerifyKey.costs)
        }
    }

    static func credits(_ credits: CreditTerms?) throws(ParamsFault) {
        guard let credits else { return }
        try number(credits.remaining, "credits.remaining", in: KeywardCore.Credits.balances)
        try number(credits.add, "credits.add", in: KeywardCore.Credits.balances)
        guard credits.remaining == nil || credits.add == nil else {
            throw ParamsFault(param: "credits", "`credits` must not have both remaining and add.")
        }
        guard case .set(let refill) = credits.refill else { return }
        try number(refill.amount, "credits.refill.amount", in: KeywardCore.Credits.balances)
        try number(refill.day, "credits.refill.day", in: 1...31)
        guard refill.every == .month || refill.day == nil else {
            throw ParamsFault(param: "credits", "`credits.refill.day` is for a monthly refill.")
        }
    }

    /// The blocks of addresses from which alone a key verifies.
    static func addresses(_ addresses: [String]?) throws(ParamsFault) {
        guard let addresses else { return }
        guard (1...AddressBlock.mostOfKey).contains(addresses.count),
            addresses.allSatisfy({ AddressBlock($0) != nil })
        else {
            throw ParamsFault(
                param: "addresses",
                "`addresses` must be 1 to 32 blocks such as 10.0.0.0/8 or 2001:db8::/32, whose bits after the number "
                    + "are zero.")
        }
    }

    /// The address of a client.
    static func address(_ address: String?) throws(ParamsFault) {
        guard let address, IPAddress(address) == nil else { return }
        throw ParamsFault(
            param: "address", "`address` must be an IPv4 or IPv6 address, without a port and without a zone.")
    }

    static func metadata(_ metadata: JSONText?) throws(ParamsFault) {
        guard let metadata else { return }
        guard metadata.text.utf8.first == UInt8(ascii: "{"), metadata.text.utf8.count <= 4_096 else {
            throw ParamsFault(param: "metadata", "`metadata` must be an object of at most 4096 bytes.")
        }
        if let fault = faultOfNames(in: metadata) {
            throw ParamsFault(param: "metadata", "The member names of `metadata` \(fault).")
        }
    }

    /// The fault in the names of members, at any depth. Their values are not checked.
    private static func faultOfNames(in metadata: JSONText) -> String? {
        let bytes = Array(metadata.text.utf8)
        var tape = JSONTape()
        guard (try? tape.scan(bytes.span)) != nil else { return "must be JSON" }
        var fault: String?
        for node in 0..<tape.count where tape[node].kind == .object {
            tape.forEachMember(of: node) { name, _ in
                fault = fault ?? tape.string(name, in: bytes.span).flatMap { FreeText.unreadable(in: $0)?.phrase }
            }
        }
        return fault
    }

    static func owner(_ owner: Owner?) throws(ParamsFault) {
        guard let owner else { return }
        let parts = [owner.name, owner.contact, owner.principal]
        guard parts.contains(where: { $0 != nil }) else {
            throw ParamsFault(param: "owner", "`owner` must have a name, a contact or a principal.")
        }
        for part in parts { try text(part, "owner") }
        guard let principal = owner.principal, !isPrincipal(principal) else { return }
        throw ParamsFault(param: "owner", "`owner.principal` must be user:NAME, group:NAME, uid:N or gid:N.")
    }

    /// The principal of a grant. Whether the account exists is checked later.
    static func principal(_ principal: String) throws(ParamsFault) {
        try text(principal, "principal")
        guard !isPrincipal(principal) else { return }
        throw ParamsFault(param: "principal", "`principal` must be user:NAME, group:NAME, uid:N or gid:N.")
    }

    private static func isPrincipal(_ text: String) -> Bool {
        let words = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, !words[1].isEmpty else { return false }
        switch words[0] {
        case "user", "group": return true
        case "uid", "gid": return UInt32(words[1]).map { String($0) == words[1] } ?? false
        default: return false
        }
    }

    /// A workspace's name. Whether the workspace exists is checked later.
    static func workspace(_ name: String?) throws(ParamsFault) {
        try workspace(name, "workspace")
    }

    static func workspace(_ name: String?, _ param: String) throws(ParamsFault) {
        guard let name, let fault = WorkspaceName.fault(in: name) else { return }
        throw ParamsFault(param: param, "`\(param)` \(fault.phrase).")
    }

    /// A key's reference, which must not be empty or a secret, and the workspace of a name.
    static func key(_ key: String, in name: String?) throws(ParamsFault) {
        try workspace(name)
        guard !key.isEmpty, key.utf8.count <= 128, KeyReference(key) != nil else {
            throw ParamsFault(param: "key", "`key` must be a key's id, its prefix or its name; never a whole key.")
        }
    }
}
