internal import HTTPTypes
internal import Hummingbird
internal import KeywardClient
internal import KeywardProtocol

extension Screen {
    typealias ScreenRouter = Router<ScreenContext>

    /// The longest form, in bytes.
    private static let longestForm = 64 << 10

    /// The fields of a form that changes something. It must be one of this session's own pages.
    func changeForm(_ request: Request, _ context: ScreenContext) async throws -> FormFields {
        if layout.settings.isReadOnly { throw ScreenFailure.refused(.readOnly) }
        let fields = try await form(request)
        guard let token = fields["token"], token.equalsInConstantTime(self.token(context)) else {
            throw ScreenFailure.refused(.badToken)
        }
        return fields
    }

    /// The fields of any form.
    func form(_ request: Request) async throws -> FormFields {
        let type = request.headers[.contentType]?.split(separator: ";").first.map(String.init)
        guard type == "application/x-www-form-urlencoded" else { throw ScreenFailure.refused(.badForm) }
        let body = try await request.body.collect(upTo: Self.longestForm)
        guard let fields = FormFields(encoded: body.readableBytesView) else { throw ScreenFailure.refused(.badForm) }
        return fields
    }

    /// The fields of the address.
    func query(_ request: Request) throws -> FormFields {
        guard let fields = FormFields(encoded: Array((request.uri.query ?? "").utf8)) else {
            throw ScreenFailure.refused(.badForm)
        }
        return fields
    }

    /// The token that the session's forms contain.
    func token(_ context: ScreenContext) -> String {
        sessions.formToken(for: context.cookie)
    }

    /// A page that changes something is not shown by a screen that only reads.
    func requireChanges() throws {
        if layout.settings.isReadOnly { throw ScreenFailure.refused(.readOnly) }
    }

    /// What the workspace allows. Fails for a caller who can only view its keys.
    ///
    /// An older daemon does not report the role, and refuses the form.
    @discardableResult func requireAdmin(of workspace: String) async throws -> Access {
        let params = ListKeys.Params(workspace: workspace, limit: 1)
        let access = try await daemon.call(ListKeys.self, params).access
        guard access.role != .viewer else {
            let admins = try await daemon.members(of: workspace).filter { $0.role == .admin && $0.void != true }
            throw ScreenFailure.viewsOnly(workspace: workspace, admins: admins.map(\.principal))
        }
        return access
    }

    /// The key in the address. Fails for a caller whose role does not allow the action.
    func key(for action: Key.Action, _ context: ScreenContext) async throws -> Key {
        try requireChanges()
        let key = try await daemon.key(keyID(context))
        // The action may also be missing for the key's status, which the form's answer explains.
        if !key.actions.contains(action) { try await requireAdmin(of: key.workspace) }
        return key
    }

    /// The key id in the address.
    func keyID(_ context: ScreenContext) throws -> String {
        guard let id = context.parameters.get("key"), id.hasPrefix("key_") else {
            throw ScreenFailure.refused(.noPage)
        }
        return id
    }

    /// Calls, with the checks that the person has ticked.
    ///
    /// The first call confirms nothing. Only if the daemon asks for checks that are all ticked, it is repeated with
    /// their confirmation. So nobody confirms what the page did not show.
    func confirming<R>(
        _ ticked: Set<String>, _ call: (_ confirm: Bool) async throws(KeywardError) -> R
    ) async throws(KeywardError) -> R {
        do {
            return try await call(false)
        } catch {
            guard case .rejected(let refusal) = error, refusal.code == .confirmationRequired,
                let checks = refusal.data.checks, checks.allSatisfy({ ticked.contains($0.check) })
            else { throw error }
            return try await call(true)
        }
    }

    /// Both keys of a key's rotation.
    func rotation(of key: Key) async throws(KeywardError) -> RotationEnds? {
        guard let rotation = key.rotation else { return nil }
        let isOld = rotation.predecessor == key.id
        let other = try await existingKey(isOld ? rotation.successor : rotation.predecessor)
        return RotationEnds(rotation: rotation, old: isOld ? key : other, new: isOld ? other : key)
    }

    private func existingKey(_ id: String) async throws(KeywardError) -> Key? {
        do {
            return try await daemon.key(id)
        } catch {
            if case .rejected(let refusal) = error, refusal.code == .notFound { return nil }
            throw error
        }
    }
}

extension KeywardError {
    /// The refusal that a form shows beside its fields; `nil` for an error that is about the daemon or the caller.
    var formRefusal: RPCError? {
        guard case .rejected(let refusal) = self else { return nil }
        let others: Set<RPCError.Code> = [.permissionDenied, .notFound, .shuttingDown, .internalError, .readOnly]
        return others.contains(refusal.code) && !refusal.isAboutBudget ? nil : refusal
    }
}
