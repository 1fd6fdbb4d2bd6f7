package import KeywardCore
import Synchronization

/// A key to be created.
package struct NewKey: Sendable {
    package var name: String
    package var workspace: String?
    package var expiresAt: Instant?
    package var attributes: KeyAttributes<String>
    package var isCanary: Bool
    package var allowance = AllowanceChanges()
    package var requestID: String?

    package init(
        name: String, workspace: String? = nil, expiresAt: Instant? = nil,
        attributes: KeyAttributes<String> = KeyAttributes(), isCanary: Bool = false, requestID: String? = nil
    ) {
        self.name = name
        self.workspace = workspace
        self.expiresAt = expiresAt
        self.attributes = attributes
        self.isCanary = isCanary
        self.requestID = requestID
    }
}

/// A test's random generator, lent to an operation.
private final class LentGenerator<Generator: RandomNumberGenerator & Sendable>: RandomNumberGenerator, Sendable {
    let inner: Mutex<Generator>

    init(_ generator: Generator) { inner = Mutex(generator) }

    func next() -> UInt64 { inner.withLock { $0.next() } }
}

// Every operation as a call that returns when the change is in force.
extension Authority {
    package func createKey<Generator: RandomNumberGenerator & Sendable>(
        _ new: NewKey, by caller: Caller, at now: Instant, using generator: inout Generator
    ) throws(Refusal) -> CreatedKey {
        let lent = LentGenerator(generator)
        defer { generator = lent.inner.withLock { $0 } }
        return try committer.perform(
            Operations.CreateKey(
                name: new.name, workspace: new.workspace, expiresAt: new.expiresAt, attributes: new.attributes,
                allowance: new.allowance, isCanary: new.isCanary, requestID: new.requestID, using: lent),
            by: caller, at: now)
    }

    package func rotateKey<Generator: RandomNumberGenerator & Sendable>(
        _ key: KeyReference, workspace: String?, _ request: RotationRequest, by caller: Caller, at now: Instant,
        using generator: inout Generator
    ) throws(Refusal) -> RotatedKey {
        let lent = LentGenerator(generator)
        defer { generator = lent.inner.withLock { $0 } }
        return try committer.perform(
            Operations.RotateKey(key, workspace: workspace, request, using: lent), by: caller, at: now)
    }

    package func confirmRotation(
        _ key: KeyReference, workspace: String?, isConfirmed: Bool, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try committer.perform(
            Operations.ConfirmRotation(key, workspace: workspace, isConfirmed: isConfirmed), by: caller, at: now)
    }

    package func cancelRotation(
        _ key: KeyReference, workspace: String?, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try committer.perform(Operations.CancelRotation(key, workspace: workspace), by: caller, at: now)
    }

    package func revokeKey(
        _ key: KeyReference, workspace: String?, reason: String, note: String?, isConfirmed: Bool,
        by caller: Caller, at now: Instant
    ) throws(Refusal) -> EndedKey {
        let operation = Operations.RevokeKey(
            key, workspace: workspace, reason: reason, note: note, isConfirmed: isConfirmed)
        return try committer.perform(operation, by: caller, at: now)
    }

    package func disableKey(
        _ key: KeyReference, workspace: String?, by caller: Caller, at now: Instant
    ) throws(Refusal) -> EndedKey {
        try committer.perform(Operations.DisableKey(key, workspace: workspace), by: caller, at: now)
    }

    package func enableKey(
        _ key: KeyReference, workspace: String?, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try committer.perform(Operations.EnableKey(key, workspace: workspace), by: caller, at: now)
    }

    package func updateKey(
        _ key: KeyReference, workspace: String?, _ update: KeyUpdate, isConfirmed: Bool = false, by caller: Caller,
        at now: Instant
    ) throws(Refusal) -> UpdatedKey {
        let operation = Operations.UpdateKey(key, workspace: workspace, update, isConfirmed: isConfirmed)
        return try committer.perform(operation, by: caller, at: now)
    }

    @discardableResult
    package func createWorkspace(
        named name: String, plan: String?, tag: String, by caller: Caller, at now: Instant
    ) throws(Refusal) -> WorkspaceView {
        let operation = Operations.CreateWorkspace(named: name, plan: plan, tag: tag)
        return view(of: try committer.perform(operation, by: caller, at: now), at: now)
    }

    @discardableResult
    package func setPlan(
        _ plan: String, ofWorkspace name: String, isConfirmed: Bool, by caller: Caller, at now: Instant
    ) throws(Refusal) -> WorkspaceView {
        let operation = Operations.SetPlan(plan, ofWorkspace: name, isConfirmed: isConfirmed)
        return view(of: try committer.perform(operation, by: caller, at: now), at: now)
    }

    package func grant(
        _ role: Role, to principal: String, inWorkspace name: String, by caller: Caller, at now: Instant
    ) throws(Refusal) -> [Grant] {
        try committer.perform(
            Operations.GrantMember(.set(role), to: principal, inWorkspace: name), by: caller, at: now)
    }

    package func setVerifier(
        _ principal: String, to isVerifier: Bool = true, inWorkspace name: String, isConfirmed: Bool = true,
        by caller: Caller, at now: Instant
    ) throws(Refusal) -> [Grant] {
        let operation = Operations.GrantMember(
            .keep, isVerifier: isVerifier, to: principal, inWorkspace: name, isConfirmed: isConfirmed)
        return try committer.perform(operation, by: caller, at: now)
    }

    package func removeMember(
        _ principal: String, fromWorkspace name: String, isConfirmed: Bool = true, by caller: Caller, at now: Instant
    ) throws(Refusal) -> [Grant] {
        let operation = Operations.RemoveMember(principal, fromWorkspace: name, isConfirmed: isConfirmed)
        return try committer.perform(operation, by: caller, at: now)
    }

    package func acknowledgeTrail(by caller: Caller, at now: Instant) throws(Refusal) -> Int64? {
        try committer.perform(Operations.AcknowledgeTrail(), by: caller, at: now)
    }
}
