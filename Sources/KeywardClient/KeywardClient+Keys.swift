// Keys, for administrators. Here `key` is always a key id, a prefix or a name. `workspace` is `default` if `nil`. The
// socket must be the admin socket.
extension KeywardClient {
    /// Creates a key. Its secret is in the result, once, and nowhere else.
    ///
    /// - Parameters:
    ///   - name: A slug of purpose and environment, unique among the workspace's live keys.
    ///   - expiresAt: The first instant at which it no longer verifies; `nil` is never.
    ///   - owner: The technical owner.
    ///   - purpose: What it is for; 1 to 128 characters.
    ///   - scopes: What it may be used for; at most 64. A trailing `*` matches any suffix.
    ///   - metadata: A JSON object of your own, at most 4 KiB, stored as written.
    ///   - requestID: Makes a repeated call a `conflict` instead of a second key; remembered for 30 days.
    ///   - addresses: 1 to 32 blocks of addresses, such as `10.0.0.0/8`, for whose clients alone it verifies; `nil` is
    ///     for all.
    ///   - limits: At most 8 limits of its own; empty for none, `nil` for those of the plan.
    ///   - credits: A balance of its own, with `remaining`, a refill or both.
    ///   - budget: A budget that it draws on; then it has no limits and credits of its own.
    ///   - isCanary: Whether nobody should ever use it: it does not verify, and raises an alarm when it is presented.
    /// - Throws: `rejected` with `upgradeRequired`, `conflict`, `limitExceeded`, `policyViolation` or `readOnly`, among
    ///   others. After `timedOut` or `connectionLost` the key may exist, and its secret is lost: rotate it.
    public func createKey(
        named name: String, workspace: String? = nil, expiresAt: Timestamp? = nil, owner: Owner? = nil,
        purpose: String? = nil, scopes: [String]? = nil, metadata: JSONText? = nil, requestID: String? = nil,
        addresses: [String]? = nil, limits: [LimitTerms]? = nil, credits: CreditTerms? = nil, budget: String? = nil,
        isCanary: Bool = false
    ) async throws(KeywardError) -> CreatedKey {
        let result = try await call(
            CreateKey.self,
            CreateKey.Params(
                name: name, workspace: workspace, expiresAt: expiresAt, owner: owner, purpose: purpose, scopes: scopes,
                metadata: metadata, limits: limits, credits: credits, budget: budget, requestId: requestID,
                addresses: addresses, canary: isCanary ? true : nil))
        return CreatedKey(key: result.key, secret: Secret(result.secret), warnings: result.warnings)
    }

    /// Imports keys that another issuer made. A repeated call changes nothing.
    ///
    /// - Parameters:
    ///   - keys: 1 to 10,000 keys; as JSON they have at most 1 MiB.
    ///   - form: What they bring: their secrets, or digests of these.
    ///   - isTrial: Only answers what the call would do.
    /// - Returns: a row for each key, in their order. A refused key does not keep others from being imported.
    /// - Throws: `rejected` with `upgradeRequired` or `readOnly`, among others, if no key was imported.
    public func importKeys(
        _ keys: [ForeignKey], as form: ImportForm, into workspace: String? = nil, isTrial: Bool = false
    ) async throws(KeywardError) -> [ImportedRow] {
        try await call(
            ImportKeys.self,
            ImportKeys.Params(workspace: workspace, format: form, keys: keys, dryRun: isTrial ? true : nil)
        ).rows
    }

    /// Lists a workspace's keys, a page at a time.
    ///
    /// - Parameters:
    ///   - status: Only keys with one of these statuses; all if empty.
    ///   - facts: Only keys to which one of these applies, whatever their status shows; all if empty.
    ///   - search: Only keys whose name, prefix, owner or purpose contains this text, in any case.
    ///   - expiresBefore: Only keys with an expiry date before this instant.
    ///   - order: The order; by creation if `nil`.
    ///   - isDescending: Reverses the order.
    ///   - limit: 1 to 500 keys a page; 100 if `nil`.
    ///   - cursor: `nextCursor` of the previous page.
    public func keys(
        in workspace: String? = nil, status: [Key.Status] = [], facts: [Key.Status] = [], search: String? = nil,
        expiresBefore: Timestamp? = nil, order: KeyOrder? = nil, isDescending: Bool = false, limit: Int? = nil,
        cursor: String? = nil
    ) async throws(KeywardError) -> KeyPage {
        let word = order ?? (isDescending ? .created : nil)
        let result = try await call(
            ListKeys.self,
            ListKeys.Params(
                workspace: workspace, status: status.isEmpty ? nil : status, facts: facts.isEmpty ? nil : facts,
                search: search, expiresBefore: expiresBefore,
                sort: word.map { ListKeys.KeySort(rawValue: (isDescending ? "-" : "") + $0.rawValue) },
                limit: limit, cursor: cursor))
        return KeyPage(keys: result.keys, nextCursor: result.nextCursor, access: result.access)
    }

    /// Describes one key. A name means the newest live key of that name, otherwise one that has ended.
    public func key(_ key: String, workspace: String? = nil) async throws(KeywardError) -> Key {
        try await call(GetKey.self, GetKey.Params(key: key, workspace: workspace)).key
    }

    /// Changes a key's fields. Fields that are not given are kept.
    ///
    /// - Parameter confirm: Confirms the checks of `confirmationRequired`. In an open rotation, another expiry may
    ///   leave the name without a valid key, or let the old key work for longer.
    public func updateKey(
        _ key: String, workspace: String? = nil, name: String? = nil, owner: Edit<Owner> = .keep,
        purpose: Edit<String> = .keep, scopes: Edit<[String]> = .keep, metadata: Edit<JSONText> = .keep,
        expiresAt: Edit<Timestamp> = .keep, addresses: Edit<[String]> = .keep, limits: Edit<[LimitTerms]> = .keep,
        credits: Edit<CreditTerms> = .keep, budget: Edit<String> = .keep, confirm: Bool = false
    ) async throws(KeywardError) -> UpdatedKey {
        UpdatedKey(
            try await call(
                UpdateKey.self,
                UpdateKey.Params(
                    key: key, workspace: workspace, name: name, owner: owner.change, purpose: purpose.change,
                    scopes: scopes.change, metadata: metadata.change, expiresAt: expiresAt.change,
                    limits: limits.change, credits: credits.change, budget: budget.change,
                    addresses: addresses.change, confirm: confirm ? true : nil)))
    }

    /// Creates a key's successor; the key keeps working during a grace period.
    ///
    /// - Parameters:
    ///   - graceSeconds: How long the predecessor keeps working, 0 to 2,592,000; 86,400 if `nil`.
    ///   - graceStarts: When that begins; at the successor's first use if `nil`.
    ///   - expiresAt: When the successor expires; `nil` gives it the lifetime last granted to its predecessor.
    ///   - requestID: Makes a repeated call a `conflict` instead of a second rotation.
    ///   - confirm: Confirms the checks of `confirmationRequired`: the owner of a production key knows of the rotation.
    public func rotateKey(
        _ key: String, workspace: String? = nil, graceSeconds: Int? = nil, graceStarts: GraceStart? = nil,
        expiresAt: Timestamp? = nil, requestID: String? = nil, confirm: Bool = false
    ) async throws(KeywardError) -> RotatedKey {
        let result = try await call(
            RotateKey.self,
            RotateKey.Params(
                key: key, workspace: workspace, graceSeconds: graceSeconds,
                graceStarts: graceStarts.map { RotateKey.GraceStart(rawValue: $0.rawValue) },
                expiresAt: expiresAt.map { .set($0) } ?? .keep,
                requestId: requestID, confirm: confirm ? true : nil))
        return RotatedKey(
            key: result.key, secret: Secret(result.secret), retiring: result.retiring, warnings: result.warnings)
    }

    /// Ends a rotation: the predecessor is superseded at once. Returns the successor.
    public func confirmRotation(
        _ key: String, workspace: String? = nil, confirm: Bool = false
    ) async throws(KeywardError) -> Key {
        try await call(
            ConfirmRotation.self,
            ConfirmRotation.Params(key: key, workspace: workspace, confirm: confirm ? true : nil)
        ).key
    }

    /// Cancels a rotation while its successor is unused. Returns the predecessor.
    public func cancelRotation(
        _ key: String, workspace: String? = nil, confirm: Bool = false
    ) async throws(KeywardError) -> Key {
        try await call(
            CancelRotation.self,
            CancelRotation.Params(key: key, workspace: workspace, confirm: confirm ? true : nil)
        ).key
    }

    /// Revokes a key permanently. When this returns, the next verification is refused.
    ///
    /// - Parameters:
    ///   - note: A note on the reason; 1 to 500 characters.
    ///   - confirm: Confirms the checks of `confirmationRequired`: the key was used within the last 24 hours, or its
    ///     replacement was never used; or, in an open rotation, the old key keeps working, or no key verifies any more.
    /// - Throws: `rejected` with `invalidState` and `data.keys` for a name that two live keys have; name one of them by
    ///   its prefix.
    public func revokeKey(
        _ key: String, workspace: String? = nil, reason: Key.Revocation.Reason, note: String? = nil,
        confirm: Bool = false
    ) async throws(KeywardError) -> EndedKey {
        let result = try await call(
            RevokeKey.self,
            RevokeKey.Params(
                key: key, workspace: workspace, reason: reason, note: note, confirm: confirm ? true : nil))
        return EndedKey(key: result.key, continues: result.continues)
    }

    /// Stops a key until it is enabled again; the expiry date does not change.
    public func disableKey(_ key: String, workspace: String? = nil) async throws(KeywardError) -> EndedKey {
        let result = try await call(DisableKey.self, DisableKey.Params(key: key, workspace: workspace))
        return EndedKey(key: result.key, continues: result.continues)
    }

    /// Lets a disabled key verify again.
    public func enableKey(_ key: String, workspace: String? = nil) async throws(KeywardError) -> Key {
        try await call(EnableKey.self, EnableKey.Params(key: key, workspace: workspace)).key
    }

    /// Returns how often a key was verified: at most 1,000 buckets, by default the last 30 days. By name, the result
    /// covers all keys that rotations of this name have created.
    public func usage(
        of key: String, workspace: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil,
        by resolution: UsageResolution = .day
    ) async throws(KeywardError) -> KeyUsage {
        let result = try await call(
            GetUsage.self,
            GetUsage.Params(
                key: key, workspace: workspace, from: from, to: to,
                bucket: GetUsage.UsageResolution(rawValue: resolution.rawValue)))
        return KeyUsage(
            buckets: result.buckets, byPeer: result.byPeer, keys: result.keys ?? [], refusals: result.refusals ?? [])
    }
}
