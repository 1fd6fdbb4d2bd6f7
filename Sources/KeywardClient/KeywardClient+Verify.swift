extension KeywardClient {
    /// No key is longer; what is, need not be asked about, and cannot hold up other callers.
    private static let longestKey = 1_024

    /// Asks whether a presented key is good, right now.
    ///
    /// - Parameters:
    ///   - key: What the caller presented, whole and unchecked.
    ///   - workspace: The workspace that it must belong to; `default` if `nil`, `"*"` is any.
    ///   - scopes: Scopes that the key must hold, all of them, each without `*`.
    ///   - timeout: How long it may take; the client's own if `nil`.
    /// - Returns: `valid`, or a code that tells why not. Whatever is wrong with the key is an answer, not an error.
    /// - Throws: ``KeywardError`` when Keyward could not answer; decide then by your own rule.
    public func verify(
        _ key: String, workspace: String? = nil, scopes: [String] = [], timeout: Duration? = nil
    ) async throws(KeywardError) -> Verification {
        guard key.utf8.count <= Self.longestKey else { return Verification(valid: false, code: .malformed) }
        let params = VerifyKey.Params(key: key, workspace: workspace, scopes: scopes.isEmpty ? nil : scopes)
        return try await call(VerifyKey.self, params, timeout: timeout)
    }

    /// Asks whether a presented key is good, right now: as it came off the network.
    ///
    /// Bytes that are not UTF-8 are no key: they are `malformed`, without asking. All else is as in
    /// ``verify(_:workspace:scopes:timeout:)-(String,_,_,_)``.
    public func verify(
        _ key: [UInt8], workspace: String? = nil, scopes: [String] = [], timeout: Duration? = nil
    ) async throws(KeywardError) -> Verification {
        guard let text = String(validating: key, as: UTF8.self) else {
            return Verification(valid: false, code: .malformed)
        }
        return try await verify(text, workspace: workspace, scopes: scopes, timeout: timeout)
    }

    /// Asks the daemon for its state: whether it can verify, and change.
    public func ping(timeout: Duration? = nil) async throws(KeywardError) -> DaemonState {
        try await call(Ping.self, NoParams(), timeout: timeout).state
    }

    /// Asks the daemon what an operator should know now; most of the time nothing.
    public func notices(timeout: Duration? = nil) async throws(KeywardError) -> [Notice] {
        try await call(Ping.self, NoParams(), timeout: timeout).notices ?? []
    }
}
