internal import HTTPTypes
internal import Hummingbird

/// Refuses what did not come from this screen's own pages.
struct RequestGuard: RouterMiddleware {
    let origin: ScreenOrigin
    let entrance: ScreenEntrance
    let sessions: any BrowserSessions
    /// The path that needs no session: it begins one.
    let openingPath: String
    let refusal: @Sendable (RequestRefusal) -> Response

    func handle(
        _ request: Request, context: ScreenContext, next: (Request, ScreenContext) async throws -> Response
    ) async throws -> Response {
        if let reason = refusalReason(request) { return refusal(reason) }
        var context = context
        context.cookie = request.sessionCookie ?? ""
        if sessions.contains(context.cookie) { return try await next(request, context) }
        switch entrance {
        case .link:
            guard request.uri.path == openingPath else { return refusal(.noSession) }
            return try await next(request, context)
        case .proxy:
            // The form came from a page of a session that has ended.
            guard request.method != .post else { return refusal(.badToken) }
            context.cookie = sessions.begin()
            var response = try await next(request, context)
            response.headers[.setCookie] = SessionCookie.field(context.cookie)
            return response
        }
    }

    private func refusalReason(_ request: Request) -> RequestRefusal? {
        if case .proxy(let secret, _) = entrance, !secret.isPresented(by: request.headers[values: .keywardProxy]) {
            return .notProxy
        }
        // A name that an attacker points at this address has another Host (DNS rebinding). A second one is ambiguous.
        guard request.head.authority == origin.authority,
            !request.headers.contains(where: { $0.name.canonicalName == "host" })
        else { return .otherHost }
        guard request.uri.string.utf8.first == UInt8(ascii: "/") else { return .otherHost }
        switch request.method {
        case .get, .head: return nil
        case .post: return isSameOrigin(request) ? nil : .otherOrigin
        default: return .otherMethod
        }
    }

    /// Whether a page of this origin sent the form, as the browser reports it.
    private func isSameOrigin(_ request: Request) -> Bool {
        let sites = request.headers[values: .secFetchSite]
        guard sites.isEmpty else { return sites == ["same-origin"] }
        return request.headers[values: .origin] == [origin.text]
    }
}

/// Why a request is not served.
enum RequestRefusal: CaseIterable, Sendable {
    /// Not from the site's proxy.
    case notProxy
    /// The Host field names another host.
    case otherHost
    /// A form of another site, or of an unknown one.
    case otherOrigin
    /// Neither GET, HEAD nor POST.
    case otherMethod
    /// No cookie of a session of this process.
    case noSession
    /// The form's token is missing or wrong.
    case badToken
    /// The form cannot be read.
    case badForm
    /// The screen shows but does not change.
    case readOnly
    /// There is no such page.
    case noPage
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let keywardProxy = HTTPField.Name("X-Keyward-Proxy")!
}

extension Request {
    /// The value of the session cookie; `nil` if there is none or more than one.
    fileprivate var sessionCookie: String? {
        let start = SessionCookie.name + "="
        let pairs = headers[values: .cookie].flatMap { $0.split(separator: ";") }
            .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix(start) }
        return pairs.count == 1 ? String(pairs[0].dropFirst(start.count)) : nil
    }
}
