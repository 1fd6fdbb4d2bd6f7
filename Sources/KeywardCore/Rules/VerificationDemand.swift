/// What a verification asks of a key beside its status.
package struct VerificationDemand: Sendable {
    /// Scopes that the key must hold, all of them, in UTF-8.
    package var scopes: [[UInt8]]
    /// Sets of scopes of which the key must hold at least one whole; empty asks nothing.
    package var anyOf: [[[UInt8]]]

    package init(scopes: [[UInt8]] = [], anyOf: [[[UInt8]]] = []) {
        self.scopes = scopes
        self.anyOf = anyOf
    }

    package var isEmpty: Bool { !asksForScopes }
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
