package import KeywardBase

/// What a verification asks of a key beside its status, and what it knows of the client.
package struct VerificationDemand: Sendable {
    /// Scopes that the key must hold, all of them, in UTF-8.
    package var scopes: [[UInt8]]
    /// Sets of scopes of which the key must hold at least one whole; empty asks nothing.
    package var anyOf: [[[UInt8]]]
    /// The address of the client that presented the key, if the caller said it.
    package var address: IPAddress?
    /// What is spent of each automatic limit and of the credits, 0 or more.
    package var cost: Int64
    /// Limits that are looked at although they are not automatic, or have another cost.
    package var limits: [LimitCost]

    package init(
        scopes: [[UInt8]] = [], anyOf: [[[UInt8]]] = [], address: IPAddress? = nil, cost: Int64 = 1,
        limits: [LimitCost] = []
    ) {
        self.scopes = scopes
        self.anyOf = anyOf
        self.address = address
        self.cost = cost
        self.limits = limits
    }

    package var isEmpty: Bool { !asksForScopes && address == nil && cost == 1 && limits.isEmpty }
    var asksForScopes: Bool { !scopes.isEmpty || !anyOf.isEmpty }

    /// The required scopes that are not among `held`. If only `anyOf` is not met: the smallest set that would meet it.
    func missing(from held: [String]) -> [[UInt8]] {
        func gap(_ required: [[UInt8]]) -> [[UInt8]] {
            required.filter { scope in !scope.withUnsafeBytes { Scope.covers(held, $0) } }
        }
        let missing = gap(scopes)
        guard missing.isEmpty else { return missing }
        return anyOf.map(gap).min { $0.count < $1.count } ?? []
    }
}

/// What a verification spends of a limit.
package struct LimitCost: Hashable, Sendable {
    /// In UTF-8.
    package var name: [UInt8]
    /// 0 or more.
    package var cost: Int64

    package init(name: [UInt8], cost: Int64) {
        self.name = name
        self.cost = cost
    }
}
