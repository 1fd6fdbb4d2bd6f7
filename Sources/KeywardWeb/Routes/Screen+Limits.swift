internal import Hummingbird
internal import KeywardClient

extension Screen {
    /// The routes that change what a key may spend.
    func addLimitRoutes(to router: ScreenRouter) {
        let path = RouterPath(layout.paths.base + "/keys/{key}/limits")
        router.get(path) { _, context in
            let key = try await key(for: .update, context)
            return Response(.ok, limitsPage(key, SpendingFields(of: key), nil, context).html)
        }
        router.post(path) { request, context in
            let form = try await changeForm(request, context)
            return try await setLimits(
                of: keyID(context), SpendingFields(form), removesCredits: form["removeCredits"] != nil, context)
        }
    }

    private func limitsPage(
        _ key: Key, _ fields: SpendingFields, _ refusal: RPCError?, _ context: ScreenContext
    ) -> LimitsPage {
        LimitsPage(layout: layout, key: key, token: token(context), fields: fields, refusal: refusal)
    }

    private func setLimits(
        of id: String, _ fields: SpendingFields, removesCredits: Bool, _ context: ScreenContext
    ) async throws -> Response {
        let key = try await daemon.key(id)
        let former = SpendingFields(of: key)
        do {
            let limits = try fields.limitTerms()
            let credits = try removesCredits ? .clear : fields.creditEdit(from: former)
            _ = try await daemon.updateKey(
                id, addresses: edit(fields.addresses, former.addresses, fields.addressList),
                limits: edit(fields.limits, former.limits, limits), credits: credits,
                budget: edit(fields.budget, former.budget, fields.budgetName))
            return Response(goTo: layout.paths.key(id) + "?done=limits")
        } catch {
            guard let refusal = error.formRefusal else { throw error }
            var fields = fields
            fields.removeSecrets()
            return Response(.unprocessableContent, limitsPage(key, fields, refusal, context).html)
        }
    }

    /// Only a field that the person has changed is changed.
    private func edit<Value: Sendable>(_ text: String, _ former: String, _ value: Value?) -> Edit<Value> {
        text == former ? .keep : value.map { .set($0) } ?? .clear
    }
}
