internal import Hummingbird
internal import KeywardClient

extension Screen {
    /// The routes that revoke a key.
    func addRevokeRoutes(to router: ScreenRouter) {
        let path = RouterPath(layout.paths.base + "/keys/{key}/revoke")
        router.get(path) { _, context in
            let key = try await key(for: .revoke, context)
            return Response(.ok, try await revokePage(key, context).html)
        }
        router.post(path) { request, context in
            try await revoke(keyID(context), changeForm(request, context), context)
        }
    }

    private func revokePage(_ key: Key, _ context: ScreenContext) async throws -> RevokePage {
        async let ends = rotation(of: key)
        let instant = now()
        let yesterday = Timestamp(milliseconds: instant.milliseconds - 86_400_000)
        async let usage = daemon.usage(of: key.id, workspace: key.workspace, from: yesterday, by: .hour)
        let uses = try await usage.buckets.reduce(0) { $0 + $1.valid }
        return RevokePage(
            layout: layout, key: key, rotation: try await ends, usesLastDay: uses, token: token(context), now: instant)
    }

    private func revoke(_ id: String, _ form: FormFields, _ context: ScreenContext) async throws -> Response {
        let ticked = Set(form.all("check"))
        let reason = form["reason"] ?? Key.Revocation.Reason.other.rawValue
        do {
            _ = try await confirming(ticked) { confirm throws(KeywardError) in
                try await daemon.revokeKey(
                    id, reason: Key.Revocation.Reason(rawValue: reason), note: form["note"], confirm: confirm)
            }
            return Response(goTo: layout.paths.key(id) + "?done=revoke")
        } catch {
            guard let refusal = error.formRefusal else { throw error }
            var page = try await revokePage(daemon.key(id), context)
            (page.reason, page.note, page.ticked, page.refusal) = (reason, form["note"] ?? "", ticked, refusal)
            return Response(.unprocessableContent, page.html)
        }
    }
}
