import KeywardBase
package import KeywardCore

/// A key with its secret for a test. It does not print.
package struct HeldKey: Sendable, CustomStringConvertible, CustomReflectable {
    package var view: KeyView
    package var secret: String

    package var description: String { view.record.prefix }
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    package var id: KeyReference { .id(view.record.id) }
    package var number: Int64 { view.record.number }
}

extension AuthorityFixture {
    package var now: Instant { clock.now }

    /// Creates a key as root.
    @discardableResult
    package func create(
        _ name: String, workspace: String? = nil, expiresIn life: Instant.Span? = nil, scopes: [String] = [],
        owner: OwnerRecord? = nil, addresses: String? = nil, isCanary: Bool = false, requestID: String? = nil,
        by caller: Caller = .root
    ) throws(Refusal) -> HeldKey {
        let new = NewKey(
            name: name, workspace: workspace, expiresAt: life.map { now + $0 },
            attributes: KeyAttributes(owner: owner, scopes: scopes, addresses: addresses), isCanary: isCanary,
            requestID: requestID)
        let created = try authority.createKey(new, by: caller, at: now, using: &random)
        return HeldKey(view: created.key, secret: created.secret.text)
    }

    /// Rotates a key as root, confirmed by default.
    @discardableResult
    package func rotate(
        _ key: KeyReference, _ request: RotationRequest = RotationRequest(isConfirmed: true), by caller: Caller = .root
    ) throws(Refusal) -> HeldKey {
        let created = try authority.rotateKey(key, workspace: nil, request, by: caller, at: now, using: &random)
        return HeldKey(view: created.key, secret: created.secret.text)
    }

    @discardableResult
    package func revoke(
        _ key: KeyReference, isConfirmed: Bool = true, by caller: Caller = .root
    ) throws(Refusal) -> KeyView {
        try authority.revokeKey(
            key, workspace: nil, reason: "other", note: nil, isConfirmed: isConfirmed, by: caller, at: now
        ).key
    }

    @discardableResult
    package func confirm(
        _ key: KeyReference, isConfirmed: Bool = true, by caller: Caller = .root
    ) throws(Refusal) -> KeyView {
        try authority.confirmRotation(key, workspace: nil, isConfirmed: isConfirmed, by: caller, at: now)
    }

    @discardableResult
    package func cancel(_ key: KeyReference, by caller: Caller = .root) throws(Refusal) -> KeyView {
        try authority.cancelRotation(key, workspace: nil, by: caller, at: now)
    }

    @discardableResult
    package func disable(_ key: KeyReference, by caller: Caller = .root) throws(Refusal) -> KeyView {
        try authority.disableKey(key, workspace: nil, by: caller, at: now).key
    }

    @discardableResult
    package func enable(_ key: KeyReference, by caller: Caller = .root) throws(Refusal) -> KeyView {
        try authority.enableKey(key, workspace: nil, by: caller, at: now)
    }

    @discardableResult
    package func update(
        _ key: KeyReference, _ update: KeyUpdate, isConfirmed: Bool = false, by caller: Caller = .root
    ) throws(Refusal) -> KeyView {
        try authority.updateKey(key, workspace: nil, update, isConfirmed: isConfirmed, by: caller, at: now).key
    }

    /// Root's view of the key.
    package func view(_ key: KeyReference, for caller: Caller = .root) throws(Refusal) -> KeyView {
        try authority.key(key, workspace: nil, for: caller, at: now).key
    }

    package func status(_ key: HeldKey) throws(Refusal) -> KeyStatus { try view(key.id).status }

    /// Presents a secret, as the gateway does.
    @discardableResult
    package func verify(
        _ secret: String, by uid: UInt32 = 998, at instant: Instant? = nil, in workspace: String = "*",
        scopes: [String] = [], from address: String? = nil
    ) -> Verdict {
        verify(secret, from: .of(uid: uid), at: instant, in: workspace, scopes: scopes, address: address).verdict
    }

    /// Presents a secret from a process.
    ///
    /// - Parameter workspace: `nil` names none.
    /// - Returns: the verdict, and whether the reply shows the key.
    @discardableResult
    package func verify(
        _ secret: String, from peer: PeerCredentials, at instant: Instant? = nil, in workspace: String? = nil,
        scopes: [String] = [], address: String? = nil, seesClosed: Bool = false
    ) -> (verdict: Verdict, showsKey: Bool) {
        var batch = VerificationBatch(peppers: peppers, imports: authority.registry.imports)
        let place: VerificationBatch.Workspace =
            switch workspace {
            case nil: .standard
            case "*": .any
            case let name?: batch.keep(workspace: Array(name.utf8))
            }
        Array(secret.utf8).withUnsafeBytes {
            let demand = VerificationDemand(
                scopes: scopes.map { Array($0.utf8) }, address: address.flatMap { IPAddress($0) })
            batch.add($0, id: 0..<0, in: place, demand)
        }
        var reply = ByteBuffer()
        _ = authority.registry.answer(
            0..<1, of: &batch, from: peer, seesClosed: seesClosed, at: instant ?? now, in: [UInt8]().span, into: &reply)
        let bytes = reply.withUnsafeBytes { $0.map { $0 &- UInt8(ascii: "0") } }
        let verdict = Verdict(
            code: Verdict.Code(rawValue: bytes.first!)!, warnings: VerdictWarnings(rawValue: bytes.last!))
        return (verdict, bytes.count > 2)
    }

    @discardableResult
    package func verify(_ key: HeldKey, by uid: UInt32 = 998) -> Verdict.Code { verify(key.secret, by: uid).code }

    /// Root's view of every key, in the order of creation.
    package func everyView() throws(Refusal) -> [KeyView] {
        let query = KeyQuery(limit: 1_000_000)
        return try authority.keys(inWorkspace: Authority.everyWorkspace, matching: query, for: .root, at: now).keys
    }
}
