internal import Hummingbird
internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

extension Screen {
    /// The routes that create keys.
    func addCreateRoutes(to router: ScreenRouter) {
        let path = RouterPath(layout.paths.base + "/new")
        router.get(path) { request, context in
            try requireChanges()
            let workspace = try query(request)["workspace"] ?? "default"
            let access = try await requireAdmin(of: workspace)
            guard access.apiAccess else { throw ScreenFailure.upgradeRequired(workspace: workspace, access) }
            let page = createPage(workspace, NewKeyFields(requestID: random.token()), nil, context)
            return Response(.ok, page.html)
        }
        router.post(path) { request, context in
            let form = try await changeForm(request, context)
            guard let fields = NewKeyFields(form) else { throw ScreenFailure.refused(.badForm) }
            return try await create(fields, in: query(request)["workspace"] ?? "default", context)
        }
    }

    private func createPage(
        _ workspace: String, _ fields: NewKeyFields, _ refusal: RPCError?, _ context: ScreenContext
    ) -> CreatePage {
        CreatePage(
            layout: layout, workspace: workspace, token: token(context), fields: fields, refusal: refusal, now: now())
    }

    private func create(
        _ fields: NewKeyFields, in workspace: String, _ context: ScreenContext
    ) async throws -> Response {
        do {
            let created = try await daemon.createKey(
                named: fields.name, workspace: workspace, expiresAt: ExpiryDate.end(of: fields.expires),
                owner: fields.owner, purpose: fields.purpose.isEmpty ? nil : fields.purpose, scopes: fields.scopeList,
                requestID: "web-" + fields.requestID, addresses: fields.spending.addressList,
                limits: fields.spending.limitTerms(), credits: fields.spending.creditEdit().value,
                budget: fields.spending.budgetName, isCanary: fields.isCanary)
            let page = SecretPage(
                layout: layout, key: created.key, secret: created.secret, warnings: created.warnings, now: now())
            return Response(.ok, page.html)
        } catch {
            guard let refusal = error.formRefusal else { throw error }
            if let key = try await createdBefore(by: refusal) { return takenRequest(key) }
            return Response(
                .unprocessableContent, createPage(workspace, fields.again(random.token()), refusal, context).html)
        }
    }

    /// The key that the same form created before; `nil` if the refusal has another reason.
    func createdBefore(by refusal: RPCError) async throws(KeywardError) -> Key? {
        guard refusal.code == .conflict, refusal.data.param == "requestId", let id = refusal.data.keyId else {
            return nil
        }
        return try await daemon.key(id)
    }

    /// The page for a form that was sent twice.
    func takenRequest(_ key: Key) -> Response {
        Response(.conflict, TakenRequestPage(layout: layout, key: key, now: now()).html)
    }
}

extension NewKeyFields {
    /// The same fields for another attempt, without a secret that was entered by mistake.
    fileprivate func again(_ requestID: String) -> NewKeyFields {
        var fields = self
        fields.requestID = requestID
        for member in [\NewKeyFields.name, \.ownerName, \.ownerContact, \.ownerPrincipal, \.purpose, \.scopes]
        where SecretShape.isContained(in: self[keyPath: member]) {
            fields[keyPath: member] = ""
        }
        fields.spending.removeSecrets()
        return fields
    }
}

extension Key {
    /// Whether a form that was first sent at this instant may have created it. The daemon's clock may lag a little.
    func isCreated(since instant: Timestamp) -> Bool {
        createdAt.milliseconds >= instant.milliseconds - 2_000
    }
}
