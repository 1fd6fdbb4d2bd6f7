extension KeywardClient {
    /// No key is longer. A longer text is refused without a call, so that it cannot delay other callers.
    private static let longestKey = 1_024

    /// Checks whether a presented key is valid now.
    ///
    /// - Parameters:
    ///   - key: The text that the caller presented, whole and unchecked.
    ///   - workspace: The workspace that it must belong to; `default` if `nil`, `"*"` is any.
    ///   - scopes: Scopes that the key must hold, all of them, each without `*`.
    ///   - anyOf: Sets of scopes, at most 16; the key must hold at least one of them whole, beside `scopes`.
    ///   - cost: What is spent of the automatic limits and of the credits, 0 to 1,000,000.
    ///   - limits: Limits that are not automatic, or have another cost.
    ///   - address: The address of the client that presented it, without a port and without a zone. A key with
    ///     addresses is refused without it.
    ///   - timeout: How long it may take; the client's own if `nil`.
    /// - Returns: `valid`, or a code with the reason. A problem with the key is a result, not an error.
    /// - Throws: ``KeywardError`` when Keyward could not answer; then decide by your own rule.
    public func verify(
        _ key: String, workspace: String? = nil, scopes: [String] = [], anyOf: [[String]] = [],
        cost: Int = 1, limits: [LimitCost] = [], address: String? = nil, timeout: Duration? = nil
    ) async throws(KeywardError) -> Verification {
        guard key.utf8.count <= Self.longestKey else { return Verification(valid: false, code: .malformed) }
        let params = VerifyKey.Params(
            key: key, workspace: workspace, scopes: scopes.isEmpty ? nil : scopes, anyOf: anyOf.isEmpty ? nil : anyOf,
            cost: cost == 1 ? nil : cost, limits: limits.isEmpty ? nil : limits, address: address)
        return try await call(VerifyKey.self, params, timeout: timeout)
    }

    /// Checks whether a presented key is valid now, from the bytes that the network delivered.
    ///
    /// Bytes that are not UTF-8 are `malformed`, without a call. Everything else is as in
    /// ``verify(_:workspace:scopes:anyOf:cost:limits:address:timeout:)-(String,_,_,_,_,_,_,_)``.
    public func verify(
        _ key: [UInt8], workspace: String? = nil, scopes: [String] = [], anyOf: [[String]] = [],
        cost: Int = 1, limits: [LimitCost] = [], address: String? = nil, timeout: Duration? = nil
    ) async throws(KeywardError) -> Verification {
        guard let text = String(validating: key, as: UTF8.self) else {
            return Verification(valid: false, code: .malformed)
        }
        return try await verify(
            text, workspace: workspace, scopes: scopes, anyOf: anyOf, cost: cost, limits: limits, address: address,
            timeout: timeout)
    }

    /// Returns the daemon's state: whether it can verify keys and make changes.
    public func ping(timeout: Duration? = nil) async throws(KeywardError) -> DaemonState {
        try await call(Ping.self, NoParams(), timeout: timeout).state
    }

    /// Returns the notices for an operator; usually there are none.
    public func notices(timeout: Duration? = nil) async throws(KeywardError) -> [Notice] {
        try await call(Ping.self, NoParams(), timeout: timeout).notices ?? []
    }
}
