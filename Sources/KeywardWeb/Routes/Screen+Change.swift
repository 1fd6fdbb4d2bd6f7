internal import Hummingbird
internal import KeywardClient

extension Screen {
    /// The routes of changes without values: confirm, cancel, disable and enable.
    func addChangeRoutes(to router: ScreenRouter) {
        for change in SimpleChange.allCases {
            let path = RouterPath(layout.paths.base + "/keys/{key}/\(change.rawValue)")
            router.get(path) { _, context in
                let key = try await key(for: change.action, context)
                return Response(.ok, try await changePage(change, key, context).html)
            }
            router.post(path) { request, context in
                try await make(change, keyID(context), changeForm(request, context), context)
            }
        }
    }

    private func changePage(_ change: SimpleChange, _ key: Key, _ context: ScreenContext) async throws -> ChangePage {
        ChangePage(
            layout: layout, change: change, key: key, rotation: try await rotation(of: key), token: token(context),
            now: now())
    }

    private func make(
        _ change: SimpleChange, _ id: String, _ form: FormFields, _ context: ScreenContext
    ) async throws -> Response {
        let ticked = Set(form.all("check"))
        do {
            let key = try await confirming(ticked) { confirm throws(KeywardError) in
                switch change {
                case .confirm: try await daemon.confirmRotation(id, confirm: confirm)
                case .cancel: try await daemon.cancelRotation(id, confirm: confirm)
                case .disable: try await daemon.disableKey(id).key
                case .enable: try await daemon.enableKey(id)
                }
            }
            return Response(goTo: layout.paths.key(key.id) + "?done=\(change.rawValue)")
        } catch {
            guard let refusal = error.formRefusal else { throw error }
            var page = try await changePage(change, daemon.key(id), context)
            (page.ticked, page.refusal) = (ticked, refusal)
            return Response(.unprocessableContent, page.html)
        }
    }
}
