internal import Hummingbird
internal import KeywardClient

extension Screen {
    /// The routes that rotate a key.
    func addRotateRoutes(to router: ScreenRouter) {
        let path = RouterPath(layout.paths.base + "/keys/{key}/rotate")
        router.get(path) { _, context in
            let key = try await key(for: .rotate, context)
            let fields = RotationFields(requestID: random.token())
            return Response(.ok, rotatePage(key, fields, nil, context).html)
        }
        router.post(path) { request, context in
            let form = try await changeForm(request, context)
            guard let fields = RotationFields(form) else { throw ScreenFailure.refused(.badForm) }
            return try await rotate(keyID(context), fields, context)
        }
    }

    private func rotatePage(
        _ key: Key, _ fields: RotationFields, _ refusal: RPCError?, _ context: ScreenContext
    ) -> RotatePage {
        RotatePage(layout: layout, key: key, token: token(context), fields: fields, refusal: refusal, now: now())
    }

    private func rotate(_ id: String, _ fields: RotationFields, _ context: ScreenContext) async throws -> Response {
        sentForms.record(fields.requestID, at: now())
        do {
            let expiresAt = try ExpiryDate.end(of: fields.expires)
            let rotated = try await confirming(fields.ticked) { confirm throws(KeywardError) in
                try await daemon.rotateKey(
                    id, graceSeconds: fields.graceSeconds, graceStarts: fields.graceStarts, expiresAt: expiresAt,
                    requestID: "web-" + fields.requestID, confirm: confirm)
            }
            let page = SecretPage(
                layout: layout, key: rotated.key, secret: rotated.secret, warnings: rotated.warnings,
                retiring: rotated.retiring, now: now())
            return Response(.ok, page.html)
        } catch {
            guard let refusal = error.formRefusal else { throw error }
            if let new = try await createdBefore(by: refusal) { return takenRequest(new) }
            let key = try await daemon.key(id)
            if let firstSent = sentForms.firstSent(fields.requestID),
                let new = try await successor(of: key, since: firstSent)
            {
                return takenRequest(new)
            }
            var fields = fields
            fields.requestID = random.token()
            return Response(.unprocessableContent, rotatePage(key, fields, refusal, context).html)
        }
    }

    /// The key that a form, first sent at an instant, may have created.
    private func successor(of key: Key, since instant: Timestamp) async throws -> Key? {
        guard let ends = try await rotation(of: key), ends.rotation.predecessor == key.id, let new = ends.new,
            new.isCreated(since: instant)
        else { return nil }
        return new
    }
}
