internal import HTTPTypes
internal import Hummingbird

/// Adds the fields that restrict what a browser does with a page, to every answer.
struct SecurityHeaders: RouterMiddleware {
    let assets: Assets

    func handle(
        _ request: Request, context: ScreenContext, next: (Request, ScreenContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for (name, value) in fields { response.headers[name] = value }
        return response
    }

    private var fields: [(HTTPField.Name, String)] {
        [
            (.contentSecurityPolicy, policy),
            // Not no-referrer: with that, browsers send `Origin: null`.
            (.referrerPolicy, "same-origin"),
            (.contentTypeOptions, "nosniff"),
            (.openerPolicy, "same-origin"),
            (.resourcePolicy, "same-origin"),
            (.permissionsPolicy, "clipboard-write=(self), camera=(), microphone=(), geolocation=()"),
            (.cacheControl, "no-store"),
            // A proxy must not write a page with a secret to its disk.
            (.proxyBuffering, "no"),
        ]
    }

    private var policy: String {
        [
            "default-src 'none'", "style-src '\(assets.style.hash)'",
            "script-src '\(assets.script.hash)' '\(assets.live.hash)'",
            "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }
}

extension HTTPField.Name {
    fileprivate static let contentSecurityPolicy = HTTPField.Name("Content-Security-Policy")!
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    fileprivate static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
    fileprivate static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    fileprivate static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    fileprivate static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    fileprivate static let proxyBuffering = HTTPField.Name("X-Accel-Buffering")!
}
